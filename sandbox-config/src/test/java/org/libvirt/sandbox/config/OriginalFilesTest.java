package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Files of libvirt-sandbox 0.8.0: {@code golden} holds what it wrote itself, {@code loaded} odd
 * files and, as {@code .saved.cfg}, what it made of those that it took. They were recorded by root
 * on x86_64. What is in neither list of differences must come out as the original has it.
 */
class OriginalFilesTest {
  private static final Differences GOLDEN_DIFFERENCES = differences("golden.differences");
  private static final Differences LOADED_DIFFERENCES = differences("loaded.differences");

  static final List<String> GOLDEN = names("golden");
  static final List<String> LOADED = names("loaded");

  private static Differences differences(String resource) {
    try {
      return Differences.read(resource);
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static List<String> names(String folder) {
    try {
      return Recorded.names(folder);
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @ParameterizedTest
  @FieldSource("GOLDEN")
  void a_file_of_the_original_is_saved_byte_for_byte_or_refused_with_reason(String name)
      throws IOException {
    Optional<Differences.Difference> difference = GOLDEN_DIFFERENCES.of(name);

    if (difference.flatMap(Differences.Difference::refused).isPresent()) {
      assertRefused("golden", name, difference);
    } else {
      String original = Files.readString(Recorded.file("golden", name), UTF_8);
      assertSaved("golden", name, original, difference);
    }
  }

  @ParameterizedTest
  @FieldSource("LOADED")
  void an_odd_file_is_saved_as_the_original_saves_it_or_refused_with_reason(String name)
      throws IOException {
    Optional<Differences.Difference> difference = LOADED_DIFFERENCES.of(name);

    if (!Recorded.isSaved("loaded", name)
        || difference.flatMap(Differences.Difference::refused).isPresent()) {
      assertRefused("loaded", name, difference);
    } else {
      assertSaved("loaded", name, Recorded.saved("loaded", name), difference);
    }
  }

  @Test
  void each_listed_difference_is_one_of_a_file() {
    assertThat(GOLDEN).containsAll(GOLDEN_DIFFERENCES.names());
    assertThat(LOADED).containsAll(LOADED_DIFFERENCES.names());
  }

  private static void assertSaved(
      String folder, String name, String original, Optional<Differences.Difference> difference)
      throws IOException {
    SandboxConfig config = SandboxConfig.load(Recorded.file(folder, name));
    String ours = config.toText();

    assertThat(Differences.between(original, asRecorded(ours)))
        .as(ours)
        .isEqualTo(difference.map(Differences.Difference::lines).orElse(List.of()));
    if (difference.isEmpty()) {
      assertThat(asRecorded(ours)).isEqualTo(original);
    }
    assertThat(SandboxConfig.parse(ours)).isEqualTo(config);
  }

  /** Text as it would be where the files were recorded, with a name that is the same each time. */
  private static String asRecorded(String text) {
    Identity caller = Identity.caller();
    return text.replaceFirst("\nname=sandbox-[0-9a-f]{8}\n", "\nname=sandbox-RANDOM\n")
        .replace("\nuid=%d\n".formatted(caller.uid()), "\nuid=0\n")
        .replace("\ngid=%d\n".formatted(caller.gid()), "\ngid=0\n")
        .replace("\nusername=%s\n".formatted(caller.userName()), "\nusername=root\n")
        .replace("\nhomedir=%s\n".formatted(caller.home()), "\nhomedir=/root\n");
  }

  private static void assertRefused(
      String folder, String name, Optional<Differences.Difference> difference) {
    ConfigFileException refusal =
        catchThrowableOfType(
            ConfigFileException.class, () -> SandboxConfig.load(Recorded.file(folder, name)));

    assertThat(refusal).isNotNull();
    assertThat(refusal).hasMessageContaining(name + ".cfg");
    difference
        .flatMap(Differences.Difference::refused)
        .ifPresent(place -> assertThat(place(refusal)).as(refusal.toString()).isEqualTo(place));
  }

  private static String place(ConfigFileException refusal) {
    return refusal.group().isPresent()
        ? refusal.group().get() + " " + refusal.key().orElse("")
        : String.valueOf(refusal.getMessage()).replaceFirst(".*: (line [0-9]+) .*", "$1");
  }
}

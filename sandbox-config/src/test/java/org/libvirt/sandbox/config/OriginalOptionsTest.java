package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Option strings given to libvirt-sandbox 0.8.0, and what they added to a config that it saved.
 * What is not in {@code options.differences} must be taken or refused as it did.
 */
class OriginalOptionsTest {
  private static final Pattern RECORDED_GROUP =
      Pattern.compile("\\[((mount|env|disk|network)\\.|security\\])");

  static final List<Recording> RECORDINGS = recordings();

  private static final Differences DIFFERENCES = differences();

  /** A line of the recording. */
  record Recording(
      String option, String value, JsonElement error, int crashed, @Nullable String saved) {
    boolean taken() {
      return error.isJsonNull() && crashed == 0;
    }

    String groups() {
      return saved == null ? "[security]\ndynamic=true\n" : saved;
    }

    @Override
    public String toString() {
      return "%s '%s'".formatted(option, value.replace("\n", "\\n"));
    }
  }

  private static List<Recording> recordings() {
    Gson gson = new Gson();
    try {
      return Files.readAllLines(Recorded.path("options.jsonl"), UTF_8).stream()
          .map(line -> gson.fromJson(line, Recording.class))
          .toList();
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static Differences differences() {
    try {
      return Differences.read("options.differences");
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void an_option_string_adds_what_it_adds_to_the_original_or_is_refused_with_reason(
      Recording recording) {
    assumeFalse(
        recording.value.equals("inherit") && CallerContext.read().isPresent(),
        "recorded on a host without SELinux");
    Optional<Differences.Difference> difference = DIFFERENCES.of(recording.toString());

    if (difference.isEmpty() ? !recording.taken() : difference.get().refused().isPresent()) {
      assertRefused(recording, difference.flatMap(Differences.Difference::refused));
    } else {
      String ours = recordedGroups(config(recording).toText());
      assertThat(Differences.between(recording.groups(), ours))
          .as(ours)
          .isEqualTo(difference.map(Differences.Difference::lines).orElse(List.of()));
    }
  }

  @ParameterizedTest
  @FieldSource("RECORDINGS")
  void what_an_option_string_stands_for_has_one_that_stands_for_the_same(Recording recording) {
    SandboxConfig config;
    try {
      config = config(recording);
    } catch (IllegalArgumentException e) {
      return; // the other test asks whether it should be
    }

    assertThat(config.disks())
        .allSatisfy(disk -> assertThat(Disk.parse(disk.toOption())).isEqualTo(disk));
    assertThat(config.networks())
        .allSatisfy(network -> assertThat(Network.parse(network.toOption())).isEqualTo(network));
    assertThat(Security.parse(config.security().toOption())).isEqualTo(config.security());
    if (recording.option.equals("mount")) {
      assertThat(config.mounts())
          .allSatisfy(mount -> assertThat(Mount.parse(mount.toOption())).isEqualTo(mount));
    }
  }

  @Test
  void each_listed_difference_is_one_of_a_recorded_string() {
    assertThat(RECORDINGS.stream().map(Recording::toString).toList())
        .containsAll(DIFFERENCES.names());
  }

  private static void assertRefused(Recording recording, Optional<String> part) {
    Throwable refusal = catchThrowable(() -> config(recording));

    assertThat(refusal)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("; ")
        .hasMessageContaining(part.orElse(""));
  }

  private static SandboxConfig config(Recording recording) {
    InteractiveConfig.Builder config = InteractiveConfig.builder();
    String value = recording.value;
    switch (recording.option) {
      case "mount" -> config.mount(Mount.parse(value));
      case "network" -> config.network(Network.parse(value));
      case "disk" -> config.disk(Disk.parse(value));
      case "env" -> config.environment(value);
      case "security" -> config.security(Security.parse(value));
      case "include" ->
          config.mount(HostBindMount.of("/a", "/src")).mount(RamMount.of("/b", 7)).include(value);
      default -> throw new IllegalStateException("no such option: " + recording.option);
    }
    return config.build();
  }

  private static String recordedGroups(String text) {
    return Arrays.stream(text.split("\n\n"))
        .filter(group -> RECORDED_GROUP.matcher(group).lookingAt())
        .map(group -> group.endsWith("\n") ? group.substring(0, group.length() - 1) : group)
        .collect(Collectors.joining("\n\n", "", "\n"));
  }
}

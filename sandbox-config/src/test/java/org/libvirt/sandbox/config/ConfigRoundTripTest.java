package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand files, right ones and spoilt ones, which are the same in each run. */
class ConfigRoundTripTest {
  private static final int SEEDS = 5000;

  @Test
  void the_text_of_a_config_stands_for_an_equal_one() {
    for (int seed = 0; seed < SEEDS; seed++) {
      SandboxConfig config = new ConfigGenerator(seed).config();
      String text = config.toText();

      SandboxConfig loaded = SandboxConfig.parse(text);

      assertThat(loaded).as("seed %d", seed).isEqualTo(config).hasSameHashCodeAs(config);
      assertThat(properties(loaded)).as("seed %d", seed).isEqualTo(properties(config));
      assertThat(loaded.toBuilder().build().toText()).as("seed %d", seed).isEqualTo(text);
    }
  }

  @Test
  void a_saved_config_is_loaded_as_an_equal_one(@TempDir Path directory) throws IOException {
    for (int seed = 0; seed < SEEDS; seed += 100) { // few, as each is forced to the disk
      SandboxConfig config = new ConfigGenerator(seed).config();
      Path file = directory.resolve(seed + ".cfg");

      config.save(file);

      assertThat(SandboxConfig.load(file)).as("seed %d", seed).isEqualTo(config);
      assertThat(file).as("seed %d", seed).content(UTF_8).isEqualTo(config.toText());
    }
  }

  // Two configs are equal if their texts are, which could both lack something.
  private static List<Object> properties(SandboxConfig config) {
    return List.of(
        config.toString(), // kind, name, command, ...
        config.uuid(),
        config.root(),
        config.arch(),
        config.identity(),
        config.isPrivileged(),
        List.copyOf(config.environment().entrySet()),
        config.mounts(),
        config.disks(),
        config.networks(),
        config.security(),
        config.kernel(),
        config.resources(),
        config.hostName(),
        config.directory(),
        config.isShell(),
        config.isDebug(),
        config.isVerbose());
  }

  @Test
  void a_spoilt_file_is_loaded_for_good_or_refused_at_a_place(@TempDir Path directory)
      throws IOException {
    int refused = 0;
    String text = "";
    for (int seed = 0; seed < SEEDS; seed++) {
      Path file = directory.resolve("sandbox.cfg");
      if (seed % 10 == 0) {
        text = new ConfigGenerator(seed).config().toText();
      }
      Files.write(file, new FileMutator(seed).mutated(text));

      try {
        SandboxConfig loaded = SandboxConfig.load(file);
        SandboxConfig again = SandboxConfig.parse(loaded.toText());
        assertThat(again.toText()).as("seed %d", seed).isEqualTo(loaded.toText());
      } catch (ConfigFileException e) {
        refused++;
        assertNamesPlace(seed, file, e);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      Files.delete(file);
    }
    // neither are all mutations harmless, nor is nothing left to be loaded
    assertThat(refused).isBetween(SEEDS / 5, SEEDS * 4 / 5);
  }

  private static void assertNamesPlace(int seed, Path file, ConfigFileException e) {
    assertThat(e)
        .as("seed %d", seed)
        .hasMessageStartingWith(file.toString())
        .hasMessageMatching("\\P{Cc}*");
    if (e.group().isPresent()) {
      assertThat(e).as("seed %d", seed).hasMessageContaining("[" + e.group().get() + "]");
      assertThat(e.key()).as("seed %d", seed).isPresent();
    } else {
      assertThat(e).as("seed %d", seed).hasMessageContaining(": line ");
    }
  }
}

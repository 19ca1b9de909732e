package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Option strings that somebody has spoilt: they are read, or refused in a line. */
class SpoiltOptionTest {
  private static final int SEEDS = 5_000;

  /** What means something in one of them or in another. */
  private static final String LIKELY = ",,==::;//..%[]-+09 \\\"'\n\0xyé\u202e\ud800";

  @Test
  void a_mount_is_read_or_refused() {
    assertReadOrRefused(ConfigGenerator::mount, Mount::toOption, Mount::parse);
  }

  @Test
  void a_disk_is_read_or_refused() {
    assertReadOrRefused(ConfigGenerator::disk, Disk::toOption, Disk::parse);
  }

  @Test
  void a_network_is_read_or_refused() {
    assertReadOrRefused(ConfigGenerator::network, Network::toOption, Network::parse);
  }

  @Test
  void a_security_is_read_or_refused() {
    assertReadOrRefused(ConfigGenerator::security, Security::toOption, Security::parse);
  }

  private static <T> void assertReadOrRefused(
      Function<ConfigGenerator, T> values, Function<T, String> format, Function<String, T> parse) {
    int refused = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      String spoilt;
      try {
        spoilt = spoilt(format.apply(values.apply(new ConfigGenerator(seed))), new Random(seed));
      } catch (IllegalStateException e) {
        continue; // no option string says that
      }
      try {
        assertThat(parse.apply(spoilt)).as("seed %d", seed).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e.getClass()).as("seed %d: '%s'", seed, spoilt).isSameAs(REFUSAL);
        assertThat(e).as("seed %d: '%s'", seed, spoilt).message().isNotBlank();
        refused++;
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ": '" + spoilt + "'", e);
      }
    }
    assertThat(refused).isGreaterThan(SEEDS / 50);
  }

  /** Not one of its subclasses, which speak of numbers or formats and of no option. */
  private static final Class<?> REFUSAL = IllegalArgumentException.class;

  private static String spoilt(String option, Random random) {
    StringBuilder text = new StringBuilder(option);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(4));
      int how = random.nextInt(4);
      if (how == 0) {
        text.delete(at, end);
      } else if (how == 1) {
        text.insert(at, text.substring(random.nextInt(text.length() + 1)));
      } else {
        text.replace(at, end, "" + LIKELY.charAt(random.nextInt(LIKELY.length())));
      }
    }
    return text.toString();
  }
}

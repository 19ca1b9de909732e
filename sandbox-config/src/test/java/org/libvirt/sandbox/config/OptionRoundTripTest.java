package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Option strings of thousands of values, which are the same in each run. */
class OptionRoundTripTest {
  private static final int SEEDS = 5000;

  @Test
  void a_mount_is_what_its_option_string_says() {
    assertRoundTrips(ConfigGenerator::mount, Mount::toOption, Mount::parse);
  }

  @Test
  void a_disk_is_what_its_option_string_says() {
    assertRoundTrips(ConfigGenerator::disk, Disk::toOption, Disk::parse);
  }

  @Test
  void a_network_is_what_its_option_string_says() {
    assertRoundTrips(ConfigGenerator::network, Network::toOption, Network::parse);
  }

  @Test
  void a_security_is_what_its_option_string_says() {
    assertRoundTrips(ConfigGenerator::security, Security::toOption, Security::parse);
  }

  @Test
  void a_size_is_what_its_text_says() {
    for (long seed = 0; seed < SEEDS; seed++) {
      long bytes = new Random(seed).nextLong() >>> (1 + seed % 60) | 1;
      long shifted = bytes << seed % 30; // mostly a whole number of units
      long size = shifted > 0 ? shifted : bytes;

      assertThat(ByteSize.parse(ByteSize.format(size))).as("seed %d", seed).isEqualTo(size);
    }
  }

  private static <T> void assertRoundTrips(
      Function<ConfigGenerator, T> values, Function<T, String> format, Function<String, T> parse) {
    int sayable = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      T value = values.apply(new ConfigGenerator(seed));
      String option;
      try {
        option = format.apply(value);
      } catch (IllegalStateException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("no option string can say");
        continue;
      }

      assertThat(parse.apply(option)).as("seed %d: %s", seed, option).isEqualTo(value);
      sayable++;
    }
    assertThat(sayable).isGreaterThan(SEEDS / 20);
  }
}

package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RamMountTest {
  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void a_size_is_positive_as_the_kernel_takes_0_for_no_limit_BUG_59(long usage) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RamMount.of("/a", usage))
        .withMessage("ram mount of %d bytes at '/a'; write 1 or more", usage);
  }

  @Test
  void a_size_has_64_bits_BUG_3() {
    assertThat(RamMount.of("/a", Long.MAX_VALUE).usage()).isEqualTo(Long.MAX_VALUE);
    assertThat(Mount.parse("ram:/a=2G")).isEqualTo(RamMount.of("/a", 2L << 30));
    assertThat(Mount.parse("ram:/a=3GiB")).isEqualTo(RamMount.of("/a", 3L << 30));
  }

  @Test
  void an_option_string_has_the_shortest_exact_size() {
    assertThat(RamMount.of("/a", 10L << 20).toOption()).isEqualTo("ram:/a=10M");
    assertThat(RamMount.of("/a", (10L << 20) + 1).toOption()).isEqualTo("ram:/a=10485761");
  }
}

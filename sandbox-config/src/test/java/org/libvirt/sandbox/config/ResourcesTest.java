package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourcesTest {
  @Test
  void nothing_is_given_unless_asked_for() {
    assertThat(Resources.standard().memory()).isEmpty();
    assertThat(Resources.standard().processors()).isEmpty();
    assertThat(Resources.standard().cpuQuota()).isEmpty();
    assertThat(Resources.standard().processes()).isEmpty();
  }

  @Test
  void each_limit_is_given_apart() {
    Resources resources =
        Resources.standard()
            .withMemory(1L << 20)
            .withProcessors(2)
            .withCpuQuota(150)
            .withProcesses(1);

    assertThat(resources.memory()).hasValue(1L << 20);
    assertThat(resources.processors()).hasValue(2);
    assertThat(resources.cpuQuota()).hasValue(150);
    assertThat(resources.processes()).hasValue(1);
    assertThat(resources.withProcessors(2)).isEqualTo(resources).hasSameHashCodeAs(resources);
    assertThat(resources.withProcessors(3)).isNotEqualTo(resources);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void limits_are_positive(int number) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withProcessors(number))
        .withMessage("number of processors %d; write 1 or more", number);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withCpuQuota(number))
        .withMessage("CPU quota %d; write 1 or more", number);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withProcesses(number))
        .withMessage("number of processes %d; write 1 or more", number);
  }

  @Test
  void processors_are_as_many_as_libvirt_can_count() {
    assertThat(Resources.standard().withProcessors(65_535).processors()).hasValue(65_535);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withProcessors(65_536))
        .withMessage("number of processors 65536; write at most 65535");
  }

  @Test
  void memory_is_a_mebibyte_at_least() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resources.standard().withMemory((1L << 20) - 1))
        .withMessage("memory of 1048575 bytes; write 1048576 (1 MiB) or more");
  }
}

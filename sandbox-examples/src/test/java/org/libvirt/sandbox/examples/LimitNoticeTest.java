package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.config.Resources;

class LimitNoticeTest {
  private static final Resources RESOURCES =
      Resources.standard()
          .withMemory(64 << 20)
          .withProcesses(9)
          .withFileSize(1000)
          .withOutput(3 << 10)
          .withCpuTime(Duration.ofMillis(1250));

  @ParameterizedTest
  @CsvSource({
    "MEMORY, memory limit of 64 MiB, --memory",
    "PROCESSES, processes limit of 9, --pids-limit",
    "FILE_SIZE, file size limit of 1000 bytes, --file-size",
    "OUTPUT, output limit of 3 KiB, --output-limit",
    "TIME, time limit of 90 s, --timeout",
    "CPU_TIME, processor time limit of 1.25 s, --cpu-time",
  })
  void each_limit_is_told_with_its_amount_and_the_option_that_raises_it(
      SandboxLimit limit, String words, String option) {
    assertThat(LimitNotice.of(limit, RESOURCES, Duration.ofSeconds(90)))
        .isEqualTo("the sandbox reached its " + words + "; give it more with " + option);
  }

  @ParameterizedTest
  @CsvSource({"PT0.0004S, PT0S, 0.0004 s", "PT2M, PT1.5S, 1.5 s", "PT1M, PT2M, 60 s"})
  void the_shorter_time_is_told_however_short(Duration own, Duration option, String amount) {
    assertThat(LimitNotice.of(SandboxLimit.TIME, RESOURCES.withTime(own), option))
        .contains(" limit of " + amount + ";");
  }

  @ParameterizedTest
  @CsvSource({"MEMORY, 512 MiB", "PROCESSES, 2048"})
  void a_limit_that_nobody_has_set_is_told_with_its_usual_amount(
      SandboxLimit limit, String amount) {
    assertThat(LimitNotice.of(limit, Resources.standard(), Duration.ZERO))
        .contains(" limit of " + amount + ";");
  }
}

package org.libvirt.sandbox.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.config.Resources;

final class ProgramLimitsTest {
  private static final int SIGXCPU = 24;
  private static final int SIGXFSZ = 25;

  @ParameterizedTest
  @ValueSource(ints = {SIGXCPU, SIGXFSZ})
  void a_signal_of_a_limit_that_was_not_given_is_a_signal(int signal) {
    ProgramLimits limits = ProgramLimits.none();

    ExitStatus status = limits.explain(ended(signal, used(Duration.ofHours(1), Duration.ZERO)));

    assertThat(status).isEqualTo(new ExitStatus.Signaled(signal));
    assertThat(limits.reached()).isEmpty();
  }

  @Test
  void sigxcpu_of_a_program_that_has_time_left_is_a_signal() {
    ProgramLimits limits = ofCpuTime(Duration.ofSeconds(5));

    ExitStatus status =
        limits.explain(ended(SIGXCPU, used(Duration.ofSeconds(3), Duration.ofMillis(1499))));

    assertThat(status).isEqualTo(new ExitStatus.Signaled(SIGXCPU));
    assertThat(limits.reached()).isEmpty();
  }

  @Test
  void sigxcpu_of_a_program_that_has_used_its_time_is_the_limit() {
    ProgramLimits limits = ofCpuTime(Duration.ofSeconds(5));

    ExitStatus status =
        limits.explain(ended(SIGXCPU, used(Duration.ofSeconds(3), Duration.ofMillis(1500))));

    assertThat(status).isEqualTo(new ExitStatus.Signaled(SIGXCPU).by(SandboxLimit.CPU_TIME));
    assertThat(limits.reached()).containsExactly(SandboxLimit.CPU_TIME);
  }

  @Test
  void sigxcpu_from_a_supervisor_that_tells_no_times_is_a_signal() {
    assertThat(ofCpuTime(Duration.ofSeconds(5)).explain(ended(SIGXCPU, null)))
        .isEqualTo(new ExitStatus.Signaled(SIGXCPU));
  }

  @Test
  void sigxfsz_is_the_limit_of_the_file_size_where_there_is_one() {
    ProgramLimits limits = ProgramLimits.of(Resources.standard().withFileSize(1));

    ExitStatus status = limits.explain(ended(SIGXFSZ, used(Duration.ZERO, Duration.ZERO)));

    assertThat(status).isEqualTo(new ExitStatus.Signaled(SIGXFSZ).by(SandboxLimit.FILE_SIZE));
  }

  private static ProgramLimits ofCpuTime(Duration limit) {
    return ProgramLimits.of(Resources.standard().withCpuTime(limit));
  }

  private static ExitReport ended(int signal, @Nullable ResourceUsage usage) {
    return new ExitReport(new ExitStatus.Signaled(signal), usage);
  }

  private static ResourceUsage used(Duration user, Duration system) {
    return new ResourceUsage(user, system, 0, false);
  }
}

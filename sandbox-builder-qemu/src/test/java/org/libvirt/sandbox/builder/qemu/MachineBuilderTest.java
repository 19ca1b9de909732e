package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Resources;

final class MachineBuilderTest {
  private final LaunchRecord.Builder record = LaunchRecord.builder();

  private static InteractiveConfig config(int uid, Resources resources) {
    return InteractiveConfig.builder()
        .name("m")
        .command("true")
        .identity(new Identity(uid, uid, "somebody", "/"))
        .resources(resources)
        .build();
  }

  @Test
  void the_kernel_of_a_machine_limits_the_processes_of_the_programs_user() {
    MachineBuilder.limitProcesses(config(4711, Resources.standard().withProcesses(7)), record);

    assertThat(record.build()).isEqualTo(LaunchRecord.builder().processes(7).build());
  }

  @Test
  void it_limits_none_where_nothing_is_said() {
    MachineBuilder.limitProcesses(config(0, Resources.standard()), record);

    assertThat(record.build()).isEqualTo(LaunchRecord.builder().build());
  }

  @Test
  void a_limit_of_roots_processes_is_refused_as_no_kernel_keeps_it() {
    InteractiveConfig config = config(0, Resources.standard().withProcesses(7));

    assertThatThrownBy(() -> MachineBuilder.limitProcesses(config, record))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageStartingWith("the config of 'm' limits processes of root's")
        .hasMessageEndingWith("run the program as another user");
  }
}

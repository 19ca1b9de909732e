package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemdServiceConfigTest {
  @Test
  void systemd_starts_multi_user_unless_told_otherwise() {
    SystemdServiceConfig config = SystemdServiceConfig.builder().build();

    assertThat(config.bootTarget()).isEqualTo("multi-user.target");
  }

  @Test
  void a_builder_made_of_a_config_builds_an_equal_one() {
    SystemdServiceConfig config =
        SystemdServiceConfig.builder().name("web").bootTarget("web.target").build();

    assertThat(config.toBuilder().build()).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(config.toBuilder().bootTarget("x.target").build()).isNotEqualTo(config);
    assertThat(SandboxConfig.parse(config.toText())).isEqualTo(config);
    assertThat(config)
        .asString()
        .startsWith("SystemdServiceConfig[name=web, bootTarget=web.target");
  }

  @Test
  void a_systemd_file_has_a_boot_target_and_no_command() {
    assertThat(SystemdServiceConfig.builder().build().toText())
        .endsWith("\n[service]\nbootTarget=multi-user.target\n")
        .doesNotContain("[command]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "../x.target", "a\nb.target"})
  void a_boot_target_is_a_unit(String target) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SystemdServiceConfig.builder().bootTarget(target))
        .withMessageStartingWith("boot target");
  }
}

package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class GenericServiceConfigTest {
  @Test
  void defaults_are_those_of_the_documentation() {
    GenericServiceConfig config = GenericServiceConfig.builder().build();

    assertThat(config.command()).containsExactly("/bin/sh");
    assertThat(config.name()).matches("sandbox-[0-9a-f]{8}");
    assertThat(config.identity()).isEqualTo(Identity.caller());
    assertThat(config.security()).isEqualTo(Security.dynamic());
  }

  @Test
  void a_builder_made_of_a_config_builds_an_equal_one() {
    GenericServiceConfig config =
        GenericServiceConfig.builder().name("web").command("/usr/sbin/httpd", "-X").build();

    assertThat(config.toBuilder().build()).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(config.toBuilder().command(List.of("/bin/true")).build()).isNotEqualTo(config);
  }

  @Test
  void a_command_needs_a_program_BUG_61() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GenericServiceConfig.builder().command())
        .withMessage("command without a program; write one, such as '/bin/sh'");
  }

  @Test
  void a_service_is_no_interactive_config_of_the_same_command() {
    GenericServiceConfig service = GenericServiceConfig.builder().name("x").build();
    InteractiveConfig interactive = InteractiveConfig.builder().name("x").build();

    assertThat(service).isNotEqualTo(interactive);
    assertThat(SandboxConfig.parse(service.toText()))
        .isInstanceOf(ServiceConfig.class)
        .isEqualTo(service);
    assertThat(service.toText()).doesNotContain("[interactive]");
  }

  @Test
  void its_text_names_kind_and_command() {
    assertThat(GenericServiceConfig.builder().name("x").build())
        .asString()
        .startsWith("GenericServiceConfig[name=x, command=[/bin/sh], root=");
  }
}

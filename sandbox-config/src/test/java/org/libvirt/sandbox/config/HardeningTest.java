package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HardeningTest {
  @Test
  void the_standard_has_the_standard_filter_and_no_secrets() {
    assertThat(Hardening.standard().systemCalls()).isEqualTo(SystemCallFilter.standard());
    assertThat(Hardening.standard().hidesSecrets()).isTrue();
  }

  @Test
  void each_part_is_changed_by_itself() {
    Hardening hardening =
        Hardening.standard().showingSecrets().withSystemCalls(SystemCallFilter.unconfined());

    assertThat(hardening.hidesSecrets()).isFalse();
    assertThat(hardening.systemCalls().isConfined()).isFalse();
    assertThat(hardening.hidingSecrets())
        .isEqualTo(Hardening.standard().withSystemCalls(SystemCallFilter.unconfined()))
        .isNotEqualTo(hardening);
  }

  @Test
  void a_file_holds_only_what_is_not_the_default_and_gives_it_back() {
    SandboxConfig config =
        InteractiveConfig.builder()
            .hardening(
                Hardening.standard()
                    .showingSecrets()
                    .withSystemCalls(SystemCallFilter.parse("default,+unshare,-ptrace")))
            .build();
    SandboxConfig plain = InteractiveConfig.builder().build();

    assertThat(config.toText())
        .contains("[hardening]\nsyscalls=default,+unshare,-ptrace\nhidesecrets=false\n");
    assertThat(SandboxConfig.parse(config.toText()).hardening()).isEqualTo(config.hardening());
    assertThat(plain.toText()).doesNotContain("[hardening]");
  }
}

package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Resources;

final class DirectorySharesTest {
  private static final Optional<String> NOTHING = Optional.empty();
  private static final Optional<String> NO_9P = Optional.of("kernel k has no 9p");
  private static final Optional<String> NO_VIRTIOFS = Optional.of("this host has no virtiofsd");

  private static DirectoryShares choose(
      FileSharing wanted, Optional<String> against9p, Optional<String> againstVirtiofs) {
    var config =
        InteractiveConfig.builder()
            .command("true")
            .resources(Resources.standard().withSharing(wanted))
            .build();
    try (Draft draft = Draft.of(config)) {
      return DirectoryShares.choose(draft.request(), against9p, againstVirtiofs);
    }
  }

  @Test
  void what_is_asked_for_is_taken() {
    assertThat(choose(FileSharing.NINE_P, NOTHING, NOTHING).group()).isEqualTo("9p");
    assertThat(choose(FileSharing.VIRTIOFS, NOTHING, NOTHING).group()).isEqualTo("virtiofs");
    assertThat(choose(FileSharing.NINE_P, NOTHING, NO_VIRTIOFS).reason())
        .isEqualTo("it was asked for");
  }

  @Test
  void what_is_asked_for_and_cannot_be_had_is_refused_with_the_reason() {
    assertThatThrownBy(() -> choose(FileSharing.NINE_P, NO_9P, NOTHING))
        .isInstanceOf(HostLacksException.class)
        .hasMessage("9p was asked for and cannot be had: kernel k has no 9p");
    assertThatThrownBy(() -> choose(FileSharing.VIRTIOFS, NOTHING, NO_VIRTIOFS))
        .isInstanceOf(HostLacksException.class)
        .hasMessage("virtiofs was asked for and cannot be had: this host has no virtiofsd");
  }

  @Test
  void of_both_that_can_be_had_9p_is_taken_and_else_the_other_with_the_reason() {
    assertThat(choose(FileSharing.AUTO, NOTHING, NOTHING).group()).isEqualTo("9p");
    assertThat(choose(FileSharing.AUTO, NOTHING, NO_VIRTIOFS).group()).isEqualTo("9p");

    DirectoryShares other = choose(FileSharing.AUTO, NO_9P, NOTHING);
    assertThat(other.group()).isEqualTo("virtiofs");
    assertThat(other.reason()).isEqualTo("kernel k has no 9p");
  }

  @Test
  void a_file_that_is_bound_asks_for_virtiofs_where_that_can_be_had() {
    var config =
        InteractiveConfig.builder()
            .command("true")
            .mount(HostBindMount.of("/mnt", "/etc/passwd"))
            .build();

    try (Draft draft = Draft.of(config)) {
      DirectoryShares shares = DirectoryShares.choose(draft.request(), NOTHING, NOTHING);
      assertThat(shares.group()).isEqualTo("virtiofs");
      assertThat(shares.reason())
          .isEqualTo("9p shares directories only, not the file '/etc/passwd'");
      assertThat(DirectoryShares.choose(draft.request(), NOTHING, NO_VIRTIOFS).group())
          .isEqualTo("9p");
    }
  }

  @Test
  void a_source_is_checked_before_it_decides_anything() {
    var config =
        InteractiveConfig.builder()
            .command("true")
            .mount(HostBindMount.of("/mnt", "/nowhere"))
            .build();

    assertThatThrownBy(() -> Draft.of(config).close())
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("host-bind source '/nowhere'");
  }

  @Test
  void where_there_is_neither_both_reasons_are_told() {
    assertThatThrownBy(() -> choose(FileSharing.AUTO, NO_9P, NO_VIRTIOFS))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("kernel k has no 9p; this host has no virtiofsd");
  }
}

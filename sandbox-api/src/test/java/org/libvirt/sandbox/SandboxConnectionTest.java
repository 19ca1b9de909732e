package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On libvirt's test driver, which lives inside its client library and needs no daemon. */
@Timeout(60)
final class SandboxConnectionTest {
  private static final String URI = "test:///default";

  private final UUID uuid = UUID.randomUUID();

  @Test
  void the_driver_is_the_scheme_of_the_uri() {
    try (SandboxConnection connection = SandboxConnection.open(URI)) {
      assertThat(connection.driver()).isEqualTo("test");
      assertThat(connection.uri()).isEqualTo(URI);
      assertThat(connection.isLocal()).isTrue();
      assertThat(connection.embedded()).isEmpty();
    }
  }

  @Test
  void text_that_is_no_uri_is_refused() {
    assertThatThrownBy(() -> SandboxConnection.open("lxc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'lxc' is no libvirt connection URI; write for example 'lxc:///'");
  }

  @Test
  void a_driver_that_libvirt_does_not_know_is_refused_in_one_line() {
    var refusal =
        catchThrowableOfType(
            LibvirtRefusedException.class, () -> SandboxConnection.open("nothing:///"));

    assertThat(refusal).hasMessageContaining("nothing:///").hasMessageNotContaining("\n");
    assertThat(refusal.code()).isPositive();
  }

  @Test
  void xml_that_is_none_is_refused_with_libvirts_words() {
    try (SandboxConnection connection = SandboxConnection.open(URI)) {
      var refusal =
          catchThrowableOfType(
              LibvirtRefusedException.class, () -> connection.createDomain("<domain", uuid));

      assertThat(refusal)
          .hasMessageStartingWith("libvirt cannot start the sandbox: ")
          .hasMessageNotContaining("\n");
      assertThat(refusal.code()).isPositive();
    }
  }

  @Test
  void a_closed_connection_makes_nothing() {
    SandboxConnection connection = SandboxConnection.open(URI);
    connection.close();
    connection.close();

    assertThatThrownBy(() -> connection.createDomain("<domain/>", uuid))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the connection to " + URI + " is closed");
    assertThat(connection.domains()).isZero();
  }
}

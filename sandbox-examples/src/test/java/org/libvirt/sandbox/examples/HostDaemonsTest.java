package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostDaemonsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "libvirt-sock, lxc, true",
    "libvirt-sock, qemu, true",
    "virtlxcd-sock, lxc, true",
    "virtlxcd-sock, qemu, false",
    "virtqemud-sock, lxc, false",
    "virtqemud-sock, qemu, true"
  })
  void a_daemon_serves_the_drivers_that_it_has(String socket, String driver, boolean served)
      throws IOException {
    try (var daemon = listen(socket)) {
      assertThat(daemon.isOpen()).isTrue();

      assertThat(new HostDaemons(directory).serve(driver)).isEqualTo(served);
    }
  }

  @Test
  void a_socket_that_a_daemon_left_behind_serves_nothing() throws IOException {
    listen("libvirt-sock").close();

    assertThat(directory.resolve("libvirt-sock")).exists();
    assertThat(new HostDaemons(directory).serve("lxc")).isFalse();
  }

  @Test
  void without_any_socket_nothing_is_served() {
    assertThat(new HostDaemons(directory).serve("lxc")).isFalse();
  }

  private ServerSocketChannel listen(String socket) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(directory.resolve(socket)));
  }
}

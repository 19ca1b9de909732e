package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The host's own daemons of libvirt: one for all drivers, or one for each.
 *
 * @param sockets the directory of their sockets
 */
record HostDaemons(Path sockets) {
  static HostDaemons usual() {
    return new HostDaemons(Path.of("/run/libvirt"));
  }

  /**
   * Whether one answers that has the driver; the daemon of another driver does not matter.
   *
   * @param driver the driver's name, such as {@code lxc}
   */
  boolean serve(String driver) {
    return Stream.of("libvirt-sock", "virt" + driver + "d-sock")
        .map(sockets::resolve)
        .anyMatch(HostDaemons::answers);
  }

  private static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false; // nobody listens there
    }
  }
}

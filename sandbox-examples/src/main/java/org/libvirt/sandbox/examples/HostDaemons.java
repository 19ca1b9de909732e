package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
   * Those of this user's session.
   *
   * @param environment the user's variables
   */
  static HostDaemons ofSession(UnaryOperator<@Nullable String> environment) {
    return new HostDaemons(
        Stream.of(
                under(environment.apply("XDG_RUNTIME_DIR"), ""),
                under(environment.apply("XDG_CACHE_HOME"), ""),
                under(environment.apply("HOME"), ".cache"))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
            .resolve("libvirt"));
  }

  private static Optional<Path> under(@Nullable String directory, String name) {
    return Optional.ofNullable(directory)
        .filter(text -> text.startsWith("/"))
        .map(text -> Path.of(text, name));
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

package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import org.libvirt.sandbox.HostLacksException;

/** Where a machine's sockets are: the kernel takes no long paths of them. */
final class SocketPath {
  /** The kernel's {@code sun_path} has 108 bytes, of which one is the terminating NUL. */
  private static final int LONGEST = 107;

  private SocketPath() {}

  /**
   * The path of a socket.
   *
   * @param directory a machine's state directory
   * @throws HostLacksException if the kernel does not take it
   */
  static Path in(Path directory, String name) {
    Path socket = directory.resolve(name);
    int length = socket.toString().getBytes(UTF_8).length;
    if (length > LONGEST) {
      throw new HostLacksException(
          "the path %s has %d bytes, and that of a socket at most %d; set XDG_RUNTIME_DIR to a directory of this user's that has a shorter one"
              .formatted(socket, length, LONGEST));
    }
    return socket;
  }
}

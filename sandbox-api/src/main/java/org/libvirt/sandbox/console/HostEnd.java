package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.HostTerminal;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * What a console of a sandbox has on this host: a container's a pseudo-terminal, a machine's shell
 * a socket of its hypervisor, a machine's log a file.
 */
final class HostEnd {
  private static final int KIND = 0170000;
  private static final int SOCKET = 0140000;

  private HostEnd() {}

  /**
   * Opens it.
   *
   * @throws HostLacksException if it is not there, or this user may not open it
   */
  static Carrier open(Path path) {
    try {
      int kind = (int) Files.getAttribute(path, "unix:mode") & KIND;
      if (kind == SOCKET) {
        return new PortSource(path).open();
      }
      return Files.isRegularFile(path)
          ? LogFileCarrier.open(path)
          : new TerminalCarrier(HostTerminal.open(path));
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot open %s of a console: %s".formatted(path, IoProblem.words(e)), e);
    }
  }
}

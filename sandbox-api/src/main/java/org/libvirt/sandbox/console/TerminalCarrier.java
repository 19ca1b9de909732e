package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.libvirt.sandbox.HostTerminal;

/** A pseudo-terminal of this host. */
final class TerminalCarrier implements Carrier {
  private static final int WINDOW = 64 * 1024;

  private final HostTerminal terminal;

  TerminalCarrier(HostTerminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return terminal.read(into);
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    terminal.write(bytes);
  }

  /** A terminal has no end of one direction. */
  @Override
  public void shutdownOutput() {}

  @Override
  public int window() {
    return WINDOW;
  }

  @Override
  public void close() {
    terminal.close();
  }
}

package org.libvirt.sandbox.console;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A machine's port, whose hypervisor takes connections at once. */
final class PortSource implements CarrierSource {
  private final Path socket;
  private final AtomicBoolean closed = new AtomicBoolean();

  PortSource(Path socket) {
    this.socket = socket;
  }

  @Override
  public Carrier open() throws IOException {
    SocketChannel connected = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      connected.connect(UnixDomainSocketAddress.of(socket));
      if (closed.get()) {
        throw new AsynchronousCloseException();
      }
      return new UnixSocketCarrier(connected);
    } catch (IOException | RuntimeException e) {
      connected.close();
      throw e;
    }
  }

  /** Nobody waits there for long: a hypervisor that is gone refuses, one that is there accepts. */
  @Override
  public void close() {
    closed.set(true);
  }
}

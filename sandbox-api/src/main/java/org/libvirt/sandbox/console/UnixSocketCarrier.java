package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connected Unix-domain socket. */
final class UnixSocketCarrier implements Carrier {
  private static final int WINDOW = 1 << 20;

  private final SocketChannel socket;

  UnixSocketCarrier(SocketChannel socket) {
    this.socket = socket;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return socket.read(into);
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public int window() {
    return WINDOW;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket before that of a libvirt daemon, whose connections break at a message of libvirt's
 * protocol, as by the daemon's death: it never arrives.
 */
final class CutLine implements Closeable {
  /** {@code REMOTE_PROC_DOMAIN_CREATE_XML} of libvirt's remote_protocol.x. */
  static final int CREATE = 10;

  /** {@code REMOTE_PROC_DOMAIN_DESTROY}. */
  static final int DESTROY = 12;

  /** {@code REMOTE_PROC_DOMAIN_LOOKUP_BY_UUID}. */
  static final int LOOK_UP = 24;

  private static final int REMOTE_PROGRAM = 0x20008086;
  private static final int CALL = 0;

  private final Path socket;
  private final Path daemon;
  private final ServerSocketChannel listener;
  private final int type;
  private final int procedure;
  private final AtomicInteger cuts;

  private CutLine(Path socket, Path daemon, int type, int procedure, int cuts) throws IOException {
    this.socket = socket;
    this.daemon = daemon;
    this.type = type;
    this.procedure = procedure;
    this.cuts = new AtomicInteger(cuts);
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    background(this::accept);
  }

  /** The connections on which so many of these requests are made break before the daemon has it. */
  static CutLine atRequest(Path socket, Path daemon, int procedure, int cuts) throws IOException {
    return new CutLine(socket, daemon, CALL, procedure, cuts);
  }

  /** The first connection on which this is answered breaks before the answer has come. */
  static CutLine atAnswer(Path socket, Path daemon, int procedure) throws IOException {
    return new CutLine(socket, daemon, CALL + 1, procedure, 1);
  }

  String uri() {
    return "lxc+unix:///system?socket=" + socket;
  }

  /** How many more connections would break. */
  int cutsLeft() {
    return cuts.get();
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel client = listener.accept();
      SocketChannel server = SocketChannel.open(UnixDomainSocketAddress.of(daemon));
      background(() -> pass(client, server));
      background(() -> pass(server, client));
    }
  }

  private void pass(SocketChannel from, SocketChannel to) throws IOException {
    try (from;
        to) {
      while (true) {
        int length = read(from, Integer.BYTES).getInt();
        ByteBuffer rest = read(from, length - Integer.BYTES);
        if (isToBeCut(rest)) {
          return;
        }
        ByteBuffer message = ByteBuffer.allocate(length).putInt(length).put(rest).flip();
        while (message.hasRemaining()) {
          to.write(message);
        }
      }
    }
  }

  /** Without java.io's streams: of one channel, one that reads holds up one that writes. */
  private static ByteBuffer read(SocketChannel from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (from.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes.flip();
  }

  /** After the length come program, version, procedure and type. */
  private boolean isToBeCut(ByteBuffer message) {
    return message.getInt(0) == REMOTE_PROGRAM
        && message.getInt(8) == procedure
        && message.getInt(12) == type
        && cuts.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void background(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (EOFException | ClosedChannelException e) {
                // one side has closed, and so has this one
              } catch (IOException e) {
                assertThat(e).hasMessageMatching("Broken pipe|Connection reset by peer");
              }
            },
            "cut-line");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(socket);
  }
}

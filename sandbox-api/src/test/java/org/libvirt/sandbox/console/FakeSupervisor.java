package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The guest's side of a channel, frame by frame as a test says; written from the document. */
final class FakeSupervisor implements Closeable {
  static final int LARGEST = 262144;

  /** A frame that the host sent. */
  record Frame(int proc, int type, int status, int serial, byte[] payload) {
    int u32(int index) {
      return ByteBuffer.wrap(payload).getInt(4 * index);
    }
  }

  private final SocketChannel socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  FakeSupervisor(SocketChannel socket) {
    this.socket = socket;
    in = new DataInputStream(Channels.newInputStream(socket));
    out = new DataOutputStream(Channels.newOutputStream(socket));
  }

  static FakeSupervisor connect(Path path) throws IOException {
    return new FakeSupervisor(SocketChannel.open(UnixDomainSocketAddress.of(path)));
  }

  FakeSupervisor greet() throws IOException {
    send(6, 0, ByteBuffer.allocate(20).putInt(1).putInt(7).putInt(LARGEST).putLong(4711).array());
    return this;
  }

  Frame receive() throws IOException {
    byte[] header = in.readNBytes(20);
    ByteBuffer fields = ByteBuffer.wrap(header);
    int length = fields.getInt();
    Frame frame =
        new Frame(fields.getInt(), fields.getInt(), fields.getInt(), fields.getInt(), null);
    byte[] payload = in.readNBytes(length - 20);
    return new Frame(frame.proc, frame.type, frame.status, frame.serial, payload);
  }

  /** Passes over frames until one of the proc comes. */
  Frame receive(int proc) throws IOException {
    Frame frame = receive();
    while (frame.proc != proc) {
      frame = receive();
    }
    return frame;
  }

  void send(int proc, int serial, byte... payload) throws IOException {
    raw(
        ByteBuffer.allocate(20 + payload.length)
            .putInt(20 + payload.length)
            .putInt(proc)
            .putInt(proc <= 3 ? 1 : 0)
            .putInt(0)
            .putInt(serial)
            .put(payload)
            .array());
  }

  void numbers(int proc, int serial, int... numbers) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(4 * numbers.length);
    payload.asIntBuffer().put(numbers);
    send(proc, serial, payload.array());
  }

  void error(int serial, int stage, int errno, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    send(
        9,
        serial,
        ByteBuffer.allocate(8 + bytes.length).putInt(stage).putInt(errno).put(bytes).array());
  }

  /** Answers the START that comes next; returns its number. */
  int startProgram() throws IOException {
    int serial = receive(7).serial;
    numbers(8, serial, 2 + serial, 1 << 20);
    return serial;
  }

  void stdout(int serial, String text) throws IOException {
    send(2, serial, text.getBytes(UTF_8));
  }

  void exit(int serial, int waitStatus) throws IOException {
    send(
        4,
        serial,
        ByteBuffer.allocate(32)
            .putInt(waitStatus)
            .putInt(1)
            .putLong(1_500_000)
            .putLong(20)
            .putLong(2048)
            .array());
  }

  void endOutputs(int serial) throws IOException {
    send(2, serial);
    send(3, serial);
  }

  void raw(byte... bytes) throws IOException {
    out.write(bytes);
  }

  /** The next byte, which belongs to no frame. */
  int receiveRaw() throws IOException {
    return in.read();
  }

  /** Whether the host ends the connection before anything else comes. */
  boolean seesEnd() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

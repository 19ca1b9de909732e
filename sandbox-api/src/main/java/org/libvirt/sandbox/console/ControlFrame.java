package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One or more whole frames that were composed at once and are sent in one turn. */
final class ControlFrame implements Outgoing {
  private static final int STATUS_CONTINUES = 2;

  /** What the objects of a frame take in the heap, so that tiny frames have their cost too. */
  private static final int OVERHEAD = 160;

  private static final int CREDIT = FrameReader.HEADER + 8;

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final ByteBuffer bytes;
  private final int cost;

  private ControlFrame(ByteBuffer bytes, int cost) {
    this.bytes = bytes;
    this.cost = cost;
  }

  /** A frame without a payload. */
  static ControlFrame of(Proc proc, int serial) {
    return of(proc, serial, EMPTY);
  }

  /** A frame of some 32-bit numbers. */
  static ControlFrame of(Proc proc, int serial, int... numbers) {
    ByteBuffer payload = ByteBuffer.allocate(4 * numbers.length);
    payload.asIntBuffer().put(numbers);
    return of(proc, serial, payload);
  }

  /** A frame with a payload, which is copied. */
  static ControlFrame of(Proc proc, int serial, ByteBuffer payload) {
    ByteBuffer bytes = ByteBuffer.allocate(FrameReader.HEADER + payload.remaining());
    FrameWriter.putHeader(bytes, proc, 0, serial, payload.remaining());
    bytes.put(payload).flip();
    return new ControlFrame(bytes, OVERHEAD + bytes.remaining());
  }

  /**
   * A program's START, in as many frames as it needs, and right behind it the windows of its
   * outputs, so that the first output costs no round trip.
   *
   * <p>It counts as free: its caller waits for the answer, and so bounds how many there are.
   */
  static ControlFrame launch(int serial, byte[] record, int largestFrame, int window) {
    ByteBuffer bytes = record(Proc.START, serial, record, largestFrame, 2 * CREDIT);
    for (Proc stream : new Proc[] {Proc.STDOUT, Proc.STDERR}) {
      FrameWriter.putHeader(bytes, Proc.CREDIT, 0, serial, 8);
      bytes.putInt(stream.number()).putInt(window);
    }
    return new ControlFrame(bytes.flip(), 0);
  }

  /** A console's record, in as many frames as it needs; free as {@link #launch} is. */
  static ControlFrame console(int serial, byte[] record, int largestFrame) {
    return new ControlFrame(record(Proc.CONSOLE, serial, record, largestFrame, 0).flip(), 0);
  }

  private static ByteBuffer record(
      Proc proc, int serial, byte[] record, int largestFrame, int roomBehind) {
    int largestPart = largestFrame - FrameReader.HEADER;
    int parts = Math.max(1, (record.length + largestPart - 1) / largestPart);
    ByteBuffer bytes = ByteBuffer.allocate(parts * FrameReader.HEADER + record.length + roomBehind);
    for (int part = 0, at = 0; part < parts; part++) {
      int length = Math.min(largestPart, record.length - at);
      int status = part < parts - 1 ? STATUS_CONTINUES : 0;
      FrameWriter.putHeader(bytes, proc, status, serial, length);
      bytes.put(record, at, length);
      at += length;
    }
    return bytes;
  }

  /** How much this takes of the memory that may wait for a supervisor to read, in bytes. */
  int cost() {
    return cost;
  }

  @Override
  public boolean writeTo(FrameWriter frames) throws IOException {
    frames.write(bytes);
    return false;
  }
}

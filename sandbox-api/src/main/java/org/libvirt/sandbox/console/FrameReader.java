package org.libvirt.sandbox.console;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Frames out of a carrier, one after the other. The payload of a stream's data is handed on as it
 * arrives; that of any other frame once it is whole. Not safe for use by several threads.
 */
final class FrameReader {
  static final int HEADER = 20;
  static final int LARGEST_FRAME = 256 * 1024;

  /** An idle sandbox needs no more; the first read that fills it brings the full size. */
  private static final int SMALL = 16 * 1024;

  /** Takes the bytes of a payload, all that remain in the buffer, which is not its to keep. */
  interface Sink {
    void accept(ByteBuffer bytes) throws IOException;
  }

  private final Carrier carrier;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(SMALL).limit(0);
  private int number;
  private int serial;
  private int left;

  FrameReader(Carrier carrier) {
    this.carrier = carrier;
  }

  /**
   * Goes on to the next frame, past what was not taken of the last one.
   *
   * @return false at an end of the carrier between two frames
   * @throws ProtocolException if the header breaks the protocol
   * @throws EOFException if the carrier ends inside a frame
   */
  boolean next() throws IOException {
    payloadTo(skipped -> skipped.position(skipped.limit()));
    if (!isBuffered(HEADER)) {
      if (buffer.hasRemaining()) {
        throw endInsideFrame();
      }
      return false;
    }
    int length = buffer.getInt();
    number = buffer.getInt();
    int type = buffer.getInt();
    buffer.getInt(); // the status means something in START only, which no guest sends
    serial = buffer.getInt();
    if (length < HEADER || length > LARGEST_FRAME) {
      throw new ProtocolException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    Proc proc = proc();
    if (proc != null && proc.type() != type) {
      throw new ProtocolException(proc + " of type " + Integer.toUnsignedString(type));
    }
    left = length - HEADER;
    return true;
  }

  /** What the frame is about, null if this version does not know it. */
  @Nullable Proc proc() {
    return Proc.ofNumber(number);
  }

  /** The proc as it stands in the header. */
  int procNumber() {
    return number;
  }

  /** The program's number. */
  int serial() {
    return serial;
  }

  /** How many bytes of the payload have not been taken yet. */
  int left() {
    return left;
  }

  /** The whole payload, valid until the next call. */
  ByteBuffer payload() throws IOException {
    if (!isBuffered(left)) {
      throw endInsideFrame();
    }
    ByteBuffer payload = buffer.slice(buffer.position(), left);
    buffer.position(buffer.position() + left);
    left = 0;
    return payload;
  }

  /** Hands the payload on, piece by piece as it arrives. */
  void payloadTo(Sink sink) throws IOException {
    while (left > 0) {
      if (!isBuffered(1)) {
        throw endInsideFrame();
      }
      int limit = buffer.limit();
      int end = buffer.position() + Math.min(left, buffer.remaining());
      left -= end - buffer.position();
      buffer.limit(end);
      sink.accept(buffer);
      buffer.limit(limit).position(end);
    }
  }

  private boolean isBuffered(int wanted) throws IOException {
    while (buffer.remaining() < wanted) {
      makeRoom(wanted);
      int got;
      try {
        got = carrier.read(buffer);
      } finally {
        buffer.flip();
      }
      if (got < 0) {
        return false;
      }
    }
    return true;
  }

  private void makeRoom(int wanted) {
    boolean wasFilled = buffer.limit() == buffer.capacity();
    if (buffer.capacity() < LARGEST_FRAME && (wasFilled || wanted > buffer.capacity())) {
      buffer = ByteBuffer.allocateDirect(LARGEST_FRAME).put(buffer);
    } else {
      buffer.compact();
    }
  }

  private static EOFException endInsideFrame() {
    return new EOFException("the connection ended inside a frame");
  }
}

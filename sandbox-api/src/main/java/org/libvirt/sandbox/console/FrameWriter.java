package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Frames into a carrier, gathered so that many small ones cost one system call. Not safe for use by
 * several threads.
 */
final class FrameWriter {
  private static final int SMALL = 16 * 1024;
  private static final int LARGE = 256 * 1024;

  private final Carrier carrier;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(SMALL);

  FrameWriter(Carrier carrier) {
    this.carrier = carrier;
  }

  /** Puts a header into a buffer that has room for it. */
  static void putHeader(ByteBuffer into, Proc proc, int status, int serial, int payload) {
    into.putInt(FrameReader.HEADER + payload)
        .putInt(proc.number())
        .putInt(proc.type())
        .putInt(status)
        .putInt(serial);
  }

  /**
   * How many bytes of a payload the next frame of a stream takes without anything being flushed.
   *
   * @param wanted how many there are
   * @return at least 1 where one is wanted, as long as {@link #isDue} is heeded
   */
  int room(int wanted) {
    if (wanted + FrameReader.HEADER > buffer.remaining() && buffer.capacity() < LARGE) {
      buffer = ByteBuffer.allocateDirect(LARGE).put(buffer.flip());
    }
    return Math.min(wanted, buffer.remaining() - FrameReader.HEADER);
  }

  /** Starts a frame for whose payload there is {@link #room}; its payload must follow. */
  ByteBuffer frame(Proc proc, int serial, int payload) {
    putHeader(buffer, proc, 0, serial, payload);
    return buffer;
  }

  /** Writes whole frames. */
  void write(ByteBuffer frames) throws IOException {
    while (frames.hasRemaining()) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int length = Math.min(frames.remaining(), buffer.remaining());
      buffer.put(buffer.position(), frames, frames.position(), length);
      buffer.position(buffer.position() + length);
      frames.position(frames.position() + length);
    }
  }

  /** Whether so much has been gathered that it should be flushed before more comes. */
  boolean isDue() {
    return buffer.position() >= buffer.capacity() / 2;
  }

  /** Hands all that has been gathered to the carrier. */
  void flush() throws IOException {
    buffer.flip();
    try {
      carrier.write(buffer);
    } finally {
      buffer.clear();
    }
  }
}

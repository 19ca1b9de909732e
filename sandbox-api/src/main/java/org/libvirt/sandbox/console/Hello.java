package org.libvirt.sandbox.console;

import java.nio.ByteBuffer;

/**
 * The first frame of each side.
 *
 * @param version the newest version of the protocol that the side speaks
 * @param features bits of what the side can do
 * @param largestFrame the most bytes of a frame that the side accepts, header included
 * @param session the supervisor's random number; 0 from a host that comes for the first time
 */
record Hello(int version, int features, int largestFrame, long session) {
  static final int MANY_PROGRAMS = 1;
  static final int TERMINALS = 2;
  static final int ATTACH_AND_DETACH = 4;
  static final int CONSOLES = 8;

  private static final int BYTES = 20;
  private static final int VERSION = 1;
  private static final int SMALLEST_LARGEST_FRAME = 4096;

  /** What this host says. */
  static Hello ofHost(long session) {
    return new Hello(
        VERSION,
        MANY_PROGRAMS | TERMINALS | ATTACH_AND_DETACH | CONSOLES,
        FrameReader.LARGEST_FRAME,
        session);
  }

  /** Reads a supervisor's HELLO and refuses what this host cannot work with. */
  static Hello ofSupervisor(ByteBuffer payload) throws ProtocolException {
    if (payload.remaining() != BYTES) {
      throw new ProtocolException("a HELLO of " + payload.remaining() + " bytes");
    }
    int version = payload.getInt();
    int features = payload.getInt();
    int largestFrame = payload.getInt();
    long session = payload.getLong();
    if (version == 0) {
      throw new ProtocolException("a HELLO of version 0");
    }
    if (Integer.compareUnsigned(largestFrame, SMALLEST_LARGEST_FRAME) < 0) {
      throw new ProtocolException("a HELLO whose largest frame is " + largestFrame + " bytes");
    }
    if (session == 0) {
      throw new ProtocolException("a HELLO without a session");
    }
    int bounded =
        Integer.compareUnsigned(largestFrame, FrameReader.LARGEST_FRAME) > 0
            ? FrameReader.LARGEST_FRAME
            : largestFrame;
    return new Hello(version, features, bounded, session);
  }

  /** Whether the side has a feature. */
  boolean has(int feature) {
    return (features & feature) != 0;
  }

  /** The frame that says this. */
  ControlFrame frame() {
    return ControlFrame.of(
        Proc.HELLO,
        0,
        ByteBuffer.allocate(BYTES)
            .putInt(version)
            .putInt(features)
            .putInt(largestFrame)
            .putLong(session)
            .flip());
  }
}

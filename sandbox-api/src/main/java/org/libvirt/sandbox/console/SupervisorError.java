package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.libvirt.sandbox.ProgramNotStartedException;

/**
 * What an ERROR frame says. Its text comes from a guest that is not trusted: it is short and shows
 * no control characters.
 *
 * @param stage where it failed, one of the protocol's stages
 * @param errno the error number of Linux, 0 where none applies
 * @param text fit to be shown
 */
record SupervisorError(int stage, int errno, String text) {
  static final int STAGE_PROTOCOL = 1;
  static final int ESRCH = 3;
  static final int ENOSYS = 38;
  static final int EPROTO = 71;
  static final int ESTALE = 116;

  private static final int LARGEST_TEXT = 1024;

  /** Reads an ERROR's payload. */
  static SupervisorError of(ByteBuffer payload) throws ProtocolException {
    if (payload.remaining() < 8 || payload.remaining() > 8 + LARGEST_TEXT) {
      throw new ProtocolException("an ERROR of " + payload.remaining() + " bytes");
    }
    return new SupervisorError(payload.getInt(), payload.getInt(), shown(payload));
  }

  /** The frame that tells the supervisor about an error of stage 1. */
  static ControlFrame frame(int serial, int errno, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return ControlFrame.of(
        Proc.ERROR,
        serial,
        ByteBuffer.allocate(8 + LARGEST_TEXT)
            .putInt(STAGE_PROTOCOL)
            .putInt(errno)
            .put(bytes, 0, Math.min(bytes.length, LARGEST_TEXT))
            .flip());
  }

  /** Whether it answers a question about a program that the supervisor does not know. */
  boolean isUnknownProgram() {
    return stage == STAGE_PROTOCOL && errno == ESRCH;
  }

  /** Whether it answers a proc that the supervisor does not know. */
  boolean isUnknownProc() {
    return stage == STAGE_PROTOCOL && errno == ENOSYS;
  }

  /** The exception for the caller who wanted a program started. */
  ProgramNotStartedException asException() {
    return new ProgramNotStartedException(toString(), stage, errno);
  }

  @Override
  public String toString() {
    return text.isEmpty() ? "stage " + stage + ", errno " + errno : text;
  }

  private static String shown(ByteBuffer text) {
    StringBuilder shown = new StringBuilder();
    UTF_8
        .decode(text)
        .codePoints()
        .filter(SupervisorError::isShown)
        .forEach(shown::appendCodePoint);
    return shown.toString().strip();
  }

  private static boolean isShown(int character) {
    switch (Character.getType(character)) {
      case Character.CONTROL:
      case Character.FORMAT: // among them those that turn the direction of writing
      case Character.LINE_SEPARATOR:
      case Character.PARAGRAPH_SEPARATOR:
      case Character.SURROGATE:
      case Character.PRIVATE_USE:
      case Character.UNASSIGNED:
        return false;
      default:
        return true;
    }
  }
}

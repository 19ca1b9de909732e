package org.libvirt.sandbox;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A pseudo-terminal of a test's own: what is on this side is what a user, or libvirt, has. */
public final class PseudoTerminal implements AutoCloseable {
  private static final int READ_WRITE = 2;
  private static final int NO_CONTROLLING_TERMINAL = 0400;
  private static final int CLOSE_ON_EXEC = 02000000;

  private final int master;
  private final Path path;
  private boolean closed;

  private PseudoTerminal(int master, Path path) {
    this.master = master;
    this.path = path;
  }

  /** Opens one, in the modes that the kernel gives it. */
  public static PseudoTerminal open() {
    int master = C.INSTANCE.posix_openpt(READ_WRITE | NO_CONTROLLING_TERMINAL | CLOSE_ON_EXEC);
    C.INSTANCE.grantpt(master);
    C.INSTANCE.unlockpt(master);
    return new PseudoTerminal(master, Path.of(C.INSTANCE.ptsname(master)));
  }

  /** The other side. */
  public Path path() {
    return path;
  }

  /** Types, or answers, bytes. */
  public void write(byte... bytes) {
    for (int at = 0; at < bytes.length; ) {
      byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
      at += C.INSTANCE.write(master, rest, new NativeLong(rest.length)).intValue();
    }
  }

  /** Types text. */
  public void write(String text) {
    write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What is there, at least a byte; empty once the other side is gone. */
  public byte[] read() {
    byte[] bytes = new byte[4096];
    int count = C.INSTANCE.read(master, bytes, new NativeLong(bytes.length)).intValue();
    return Arrays.copyOf(bytes, Math.max(count, 0));
  }

  /** Reads until the text has come; returns all that was read, a byte a character. */
  public String readUntil(String text) {
    var read = new ByteArrayOutputStream();
    while (!read.toString(StandardCharsets.ISO_8859_1).contains(text)) {
      byte[] next = read();
      if (next.length == 0) {
        throw new AssertionError(
            "the other side is gone after: " + read.toString(StandardCharsets.ISO_8859_1));
      }
      read.writeBytes(next);
    }
    return read.toString(StandardCharsets.ISO_8859_1);
  }

  /** Hangs up. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      C.INSTANCE.close(master);
    }
  }

  /** What of the C library is called. */
  private interface C extends Library {
    C INSTANCE = Native.load("c", C.class);

    int posix_openpt(int flags);

    int grantpt(int master);

    int unlockpt(int master);

    String ptsname(int master);

    NativeLong read(int descriptor, byte[] bytes, NativeLong size);

    NativeLong write(int descriptor, byte[] bytes, NativeLong size);

    int close(int descriptor);
  }
}

package org.libvirt.sandbox;

import com.sun.jna.LastErrorException;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The terminal at one of this process's standard streams: its modes, which are put back however
 * this process ends in order, and its size.
 *
 * <pre>{@code
 * try (var terminal = LocalTerminal.at(0).orElseThrow()) {
 *   terminal.raw();
 *   ... // each key is read as it is typed, and nothing that is written is changed
 * }
 * }</pre>
 *
 * <p>{@link #close()} restores the modes, and so does the end of this process by {@link
 * System#exit}, SIGTERM or the like. For a process that is killed, see {@link
 * EmbeddedLibvirt#restoreWhenOrphaned}.
 *
 * <p>Safe for use by many threads. One of these a terminal: a second one takes raw modes for those
 * that are to be restored.
 */
public final class LocalTerminal implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /**
   * Linux's TIOCGWINSZ on x86, ARM, RISC-V and z; POWER and MIPS have another one, and there the
   * size is not known.
   */
  private static final NativeLong TIOCGWINSZ = new NativeLong(0x5413);

  /** At once: output that nobody takes must not hold up the restoration. */
  private static final int TCSANOW = 0;

  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int FIRST_AFTER_THE_STREAMS = 3;

  /** As on all of Linux but MIPS. */
  private static final int SIGTSTP = 20;

  /** The name of whatever terminal a process has, which is another one for each process. */
  private static final Path ANY = Path.of("/dev/tty");

  private final int descriptor;
  private final byte[] attributes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread endOfProcess = new Thread(this::restoreForGood, "terminal-restoration");
  private boolean raw;
  private boolean closed;

  private LocalTerminal(int descriptor, byte[] attributes) {
    this.descriptor = descriptor;
    this.attributes = attributes;
  }

  /**
   * Whether a standard stream is a terminal.
   *
   * @param descriptor 0, 1 or 2
   * @return false for anything else, and for a stream that is closed
   */
  public static boolean isAt(int descriptor) {
    return LibC.isatty(descriptor) == 1;
  }

  /**
   * The terminal at a standard stream, with the modes that it has now.
   *
   * @param descriptor 0, 1 or 2
   * @return empty if that is no terminal
   */
  public static Optional<LocalTerminal> at(int descriptor) {
    byte[] attributes = new byte[EmbeddedLibvirt.TERMIOS_SIZE];
    try {
      LibC.tcgetattr(descriptor, attributes);
    } catch (LastErrorException e) {
      LOG.log(Level.DEBUG, "descriptor {0} is no terminal: {1}", descriptor, e.getMessage());
      return Optional.empty();
    }
    // one of its own, which stays when somebody closes the stream
    int own = LibC.fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_AFTER_THE_STREAMS);
    if (own < 0) {
      throw new SandboxException("too many files are open to take the terminal");
    }
    LocalTerminal terminal = new LocalTerminal(own, attributes);
    try {
      Runtime.getRuntime().addShutdownHook(terminal.endOfProcess);
    } catch (IllegalStateException e) {
      LibC.close(own);
      throw new SandboxException("no terminal can be taken any more: this process is ending", e);
    }
    return Optional.of(terminal);
  }

  /**
   * The terminal's own path, such as {@code /dev/pts/3}.
   *
   * @return empty if the stream was opened by another name, {@code /dev/tty} for one
   */
  public Optional<Path> path() {
    try {
      Path path = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)));
      return path.startsWith("/dev") && !path.equals(ANY) ? Optional.of(path) : Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "descriptor {0} has no path: {1}", descriptor, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * The modes that are to be restored.
   *
   * @return a copy of C's {@code struct termios}
   */
  public byte[] attributes() {
    return attributes.clone();
  }

  /**
   * The terminal's size as it is now.
   *
   * @return empty if the terminal does not know it, is gone, or is closed here
   */
  public Optional<TerminalSize> size() {
    short[] numbers = new short[4];
    lock.lock();
    try {
      if (closed || LibC.ioctl(descriptor, TIOCGWINSZ, numbers) != 0) {
        return Optional.empty();
      }
    } finally {
      lock.unlock();
    }
    int rows = Short.toUnsignedInt(numbers[0]);
    int columns = Short.toUnsignedInt(numbers[1]);
    return rows == 0 || columns == 0
        ? Optional.empty()
        : Optional.of(new TerminalSize(rows, columns));
  }

  /**
   * Makes what is typed come as it is: unechoed, at once, Ctrl-C and its like as characters; and
   * shows what is written as it is. A process in the background is stopped by this (SIGTTOU) until
   * it is in the foreground. Has no effect on a terminal that is closed here.
   *
   * @throws SandboxException if the terminal is gone
   */
  public void raw() {
    byte[] wanted = attributes.clone();
    LibC.cfmakeraw(wanted);
    lock.lock();
    try {
      if (!closed) {
        raw = true;
        LibC.tcsetattr(descriptor, TCSANOW, wanted);
      }
    } catch (LastErrorException e) {
      throw new SandboxException("cannot make the terminal raw: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Puts the modes back until {@link #raw()} is called again, as a process does that is about to be
   * stopped. In the background nothing happens: there the terminal is somebody else's.
   */
  public void restore() {
    lock.lock();
    try {
      if (raw && isOurs()) {
        LibC.tcsetattr(descriptor, TCSANOW, attributes);
      }
      raw = false;
    } catch (LastErrorException e) {
      LOG.log(Level.DEBUG, "the terminal is gone: {0}", e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private boolean isOurs() {
    int foreground = LibC.tcgetpgrp(descriptor);
    // without job control nobody is in the background
    return foreground == -1 || foreground == LibC.getpgrp();
  }

  /**
   * Stops this process as its shell's Ctrl-Z does, with the modes restored until {@link #raw()} is
   * called again, and returns when it is continued. Where nobody could continue it, it does not
   * stop. SIGTSTP must have its default effect: no handler of this process's may be set.
   */
  public void suspend() {
    restore();
    LibC.raise(SIGTSTP);
  }

  /** Restores the modes for good. Closing again does nothing. */
  @Override
  public void close() {
    restoreForGood();
    try {
      Runtime.getRuntime().removeShutdownHook(endOfProcess);
    } catch (IllegalStateException e) {
      LOG.log(Level.DEBUG, "the terminal was closed while this process was ending");
    }
  }

  private void restoreForGood() {
    lock.lock();
    try {
      restore();
      if (!closed) {
        closed = true;
        LibC.close(descriptor);
      }
    } finally {
      lock.unlock();
    }
  }
}

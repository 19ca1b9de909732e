package org.libvirt.sandbox;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A pseudo-terminal of this host as a line that carries bytes unchanged, which the other end of a
 * sandbox's console is. It is never made this process's controlling terminal.
 *
 * <p>One thread may read while another writes, and any may close.
 */
public final class HostTerminal implements AutoCloseable {
  /** O_RDWR, O_NOCTTY, O_NONBLOCK and O_CLOEXEC, as on all of Linux but MIPS, SPARC and Alpha. */
  private static final int FLAGS = 02 | 0400 | 04000 | 02000000;

  private static final int EFD_CLOEXEC = 02000000;
  private static final int TCSANOW = 0;
  private static final int EINTR = 4;
  private static final int EIO = 5;
  private static final int EAGAIN = 11;
  private static final short POLLIN = 1;
  private static final short POLLOUT = 4;

  /** C's {@code struct pollfd}: an int and two shorts. */
  private static final int POLLFD = 8;

  private static final int EVENTS = 4;
  private static final int RETURNED = 6;
  private static final int CHUNK = 4096;

  private final int descriptor;
  private final int wake;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Held for reading while the descriptors are used, for writing when they are given up. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private HostTerminal(int descriptor, int wake) {
    this.descriptor = descriptor;
    this.wake = wake;
  }

  /**
   * Opens a terminal and makes it raw.
   *
   * @param path such as {@code /dev/pts/3}
   * @return the open terminal
   * @throws HostLacksException if there is no such terminal, or this user may not open it
   */
  public static HostTerminal open(Path path) {
    int descriptor = -1;
    try {
      descriptor = LibC.open(path.toString(), FLAGS);
      byte[] attributes = new byte[EmbeddedLibvirt.TERMIOS_SIZE];
      LibC.tcgetattr(descriptor, attributes);
      LibC.cfmakeraw(attributes);
      LibC.tcsetattr(descriptor, TCSANOW, attributes);
      return new HostTerminal(descriptor, LibC.eventfd(0, EFD_CLOEXEC));
    } catch (LastErrorException e) {
      if (descriptor >= 0) {
        LibC.close(descriptor);
      }
      throw new HostLacksException(
          "cannot open the terminal " + path + " of a console: " + words(e), e);
    }
  }

  /**
   * Reads what is there, at least one byte; waits for it.
   *
   * @param into takes the bytes; it has room for one
   * @return the number of bytes, -1 once the other end is gone
   * @throws AsynchronousCloseException if this is closed meanwhile, or has been
   * @throws IOException if the terminal cannot be read
   */
  public int read(ByteBuffer into) throws IOException {
    byte[] chunk = new byte[Math.min(into.remaining(), CHUNK)];
    while (true) {
      int count = attempt(POLLIN, () -> LibC.read(descriptor, chunk, size(chunk.length)));
      if (count == 0) {
        return -1;
      }
      if (count > 0) {
        into.put(chunk, 0, count);
        return count;
      }
    }
  }

  /**
   * Writes all that remains in a buffer; waits for the other end to take it.
   *
   * @param bytes what is to be written
   * @throws AsynchronousCloseException if this is closed meanwhile, or has been
   * @throws IOException if the other end is gone
   */
  public void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      byte[] chunk = new byte[Math.min(bytes.remaining(), CHUNK)];
      bytes.get(bytes.position(), chunk);
      int count = attempt(POLLOUT, () -> LibC.write(descriptor, chunk, size(chunk.length)));
      if (count == 0) {
        throw new IOException("the console's other end is gone");
      }
      bytes.position(bytes.position() + Math.max(count, 0));
    }
  }

  /** Ends both directions and wakes who waits in them. Closing again does nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    // an event counter takes eight bytes in the machine's order: any number but 0 wakes
    LibC.write(wake, ByteBuffer.allocate(8).putLong(0x0101_0101_0101_0101L).array(), size(8));
    use.writeLock().lock();
    try {
      LibC.close(descriptor);
      LibC.close(wake);
    } finally {
      use.writeLock().unlock();
    }
  }

  /** A call that does not wait. */
  private interface Transfer {
    NativeLong run();
  }

  /** Does it once it need not wait: 0 where the other end is gone, -1 for nothing done yet. */
  private int attempt(short events, Transfer transfer) throws IOException {
    use.readLock().lock();
    try {
      if (closed.get() || !awaitEvent(events)) {
        throw new AsynchronousCloseException();
      }
      return transfer.run().intValue();
    } catch (LastErrorException e) {
      int errno = e.getErrorCode();
      if (errno == EINTR || errno == EAGAIN) {
        return -1;
      }
      if (errno == EIO) {
        return 0;
      }
      throw new IOException(words(e), e);
    } finally {
      use.readLock().unlock();
    }
  }

  /** False: this is being closed. */
  private boolean awaitEvent(short events) {
    try (Memory polled = new Memory(2L * POLLFD)) {
      polled.setInt(0, descriptor);
      polled.setShort(EVENTS, events);
      polled.setInt(POLLFD, wake);
      polled.setShort(POLLFD + EVENTS, POLLIN);
      LibC.poll(polled, size(2), -1);
      return polled.getShort(POLLFD + RETURNED) == 0;
    }
  }

  private static NativeLong size(int bytes) {
    return new NativeLong(bytes);
  }

  /** Without the number that JNA puts in front. */
  private static String words(LastErrorException e) {
    String message = String.valueOf(e.getMessage());
    return message.substring(message.indexOf(']') + 1).strip();
  }
}

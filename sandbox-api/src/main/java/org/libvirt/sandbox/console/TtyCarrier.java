package org.libvirt.sandbox.console;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A terminal of the guest, of which the host has the other end: a console through libvirt. Neither
 * side sees that the other has gone, so the host's last word is SHUTDOWN.
 */
final class TtyCarrier implements Carrier {
  private static final Logger LOG = System.getLogger(TtyCarrier.class.getName());
  private static final int WINDOW = 64 * 1024;

  /** How long a writer in the middle of a frame is waited for. */
  private static final Duration LAST_WORD = Duration.ofSeconds(2);

  private final ByteChannel tty;
  private final String name;
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicBoolean closing = new AtomicBoolean();
  private boolean saidLastWord;

  private TtyCarrier(ByteChannel tty, String name) {
    this.tty = tty;
    this.name = name;
  }

  /**
   * Greets the supervisor, and waits for it.
   *
   * @param tty the host's end, which may be read, written and closed at the same time
   */
  static TtyCarrier greet(ByteChannel tty, String name) throws IOException {
    TtyGreeting.exchange(tty, name);
    return new TtyCarrier(tty, name);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return tty.read(into);
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    writing.lock();
    try {
      while (bytes.hasRemaining()) {
        tty.write(bytes);
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    writing.lock();
    try {
      if (!saidLastWord) {
        saidLastWord = true;
        ByteBuffer shutdown = ByteBuffer.allocateDirect(FrameReader.HEADER);
        FrameWriter.putHeader(shutdown, Proc.SHUTDOWN, 0, 0, 0);
        write(shutdown.flip());
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public int window() {
    return WINDOW;
  }

  /** Returns at once; the last word, and what it may have to wait for, are another thread's. */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      Thread thread = new Thread(this::end, name + "-end");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void end() {
    try (tty) {
      // a writer that does not come to an end waits for a guest that does not read: nobody to tell
      if (Uninterruptibles.tryLockUninterruptibly(writing, LAST_WORD)) {
        try {
          shutdownOutput();
        } finally {
          writing.unlock();
        }
      }
    } catch (ClosedChannelException e) {
      LOG.log(Level.DEBUG, "{0} was closed already", name);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, name + " had ended: " + e.getMessage(), e);
    }
  }
}

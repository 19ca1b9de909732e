package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A terminal behind which a supervisor is, or will be. */
final class TtySource implements CarrierSource {
  /** Opens the host's end of the terminal; it may wait. */
  interface Opening {
    ByteChannel open() throws IOException;
  }

  private final Opening opening;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable ByteChannel greeted;
  private boolean closed;

  /**
   * A terminal that is opened when its supervisor is waited for.
   *
   * @param name what its threads are called by
   */
  TtySource(Opening opening, String name) {
    this.opening = opening;
    this.name = name;
  }

  @Override
  public Carrier open() throws IOException {
    ByteChannel tty = opening.open();
    boolean givenAway = false;
    try {
      keep(tty);
      Carrier carrier = TtyCarrier.greet(tty, name);
      keep(null);
      givenAway = true;
      return carrier;
    } finally {
      if (!givenAway) {
        tty.close();
      }
    }
  }

  /** What {@link #close} is to close. */
  private void keep(@Nullable ByteChannel tty) throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new AsynchronousCloseException();
      }
      greeted = tty;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    ByteChannel open;
    lock.lock();
    try {
      closed = true;
      open = greeted;
      greeted = null;
    } finally {
      lock.unlock();
    }
    if (open != null) {
      open.close();
    }
  }
}

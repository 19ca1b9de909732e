package org.libvirt.sandbox.console;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A program's output on this side. The sender may send as much as the window has room for; what a
 * user has read is given back at half the window.
 */
final class CreditedInput extends InputStream implements Outgoing {
  private static final int CREDIT_BYTES = 8;

  private final Proc proc;
  private final int serial;
  private final int window;
  private final Outbox outbox;
  private final Runnable closeListener;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteRing ring;
  private int credit;
  private int taken;
  private boolean ended;
  private boolean closed;
  private boolean closeIsUnsent;
  private boolean queued;
  private boolean silent;
  private boolean refused;
  private @Nullable Throwable loss;

  /**
   * A stream whose sender has been granted the whole window.
   *
   * @param closeListener told, outside all locks, when the user closes the stream
   */
  CreditedInput(Proc proc, int serial, int window, Outbox outbox, Runnable closeListener) {
    this.proc = proc;
    this.serial = serial;
    this.window = window;
    this.outbox = outbox;
    this.closeListener = closeListener;
    this.ring = new ByteRing(window);
    this.credit = window;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, to.length);
    lock.lock();
    try {
      if (length == 0) {
        return 0;
      }
      if (!awaitBytes()) {
        return -1;
      }
      int count = ring.get(to, offset, length);
      giveBack(count);
      if (ended && ring.isEmpty()) {
        ring.clear();
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int available() throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw new IOException("Stream closed");
      }
      return ring.size();
    } finally {
      lock.unlock();
    }
  }

  /** Says that nobody will read any more; the program gets SIGPIPE if it writes on. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      ring.clear();
      if (!isOver() && !silent) {
        closeIsUnsent = true;
        queue();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    closeListener.run();
  }

  /** Lets the user read on, but tells the program nothing of it: the stream is given up. */
  void fallSilent() {
    lock.lock();
    try {
      silent = true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing more comes or nobody wants it. */
  boolean isFinished() {
    lock.lock();
    try {
      return ended || closed || refused;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what has arrived. */
  void accept(ByteBuffer bytes) throws ProtocolException {
    lock.lock();
    try {
      int count = bytes.remaining();
      if (ended) {
        throw new ProtocolException(proc + " of program " + serial + " goes on after its end");
      }
      if (count > credit) {
        throw new ProtocolException(proc + " of program " + serial + " exceeds its credit");
      }
      credit -= count;
      if (closed || loss != null) {
        bytes.position(bytes.limit());
        return;
      }
      ring.put(bytes);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note that the program's end of the stream has been closed. */
  void end() throws ProtocolException {
    lock.lock();
    try {
      if (ended) {
        throw new ProtocolException(proc + " of program " + serial + " ends twice");
      }
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note that nothing more can come; has no effect on a stream that has ended. */
  void cutOff(Throwable cause) {
    lock.lock();
    try {
      if (!ended && loss == null) {
        loss = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Refuses what comes from now on; the user reads what has come, and then of the cause. */
  void refuse(Throwable cause) {
    lock.lock();
    try {
      if (isOver() || closed) {
        return;
      }
      refused = true;
      loss = cause;
      closeIsUnsent = true;
      queue();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean writeTo(FrameWriter frames) {
    lock.lock();
    try {
      queued = false;
      if (ended || (loss != null && !refused)) {
        return false;
      }
      if (closeIsUnsent) {
        closeIsUnsent = false;
        frames.frame(proc, serial, 0);
      } else if (!closed && !silent && !refused && taken >= window / 2) {
        frames.frame(Proc.CREDIT, serial, CREDIT_BYTES).putInt(proc.number()).putInt(taken);
        credit += taken;
        taken = 0;
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitBytes() throws IOException {
    while (true) {
      if (closed) {
        throw new IOException("Stream closed");
      }
      if (!ring.isEmpty()) {
        return true;
      }
      if (ended && !refused) {
        return false;
      }
      if (loss != null) {
        throw new IOException(loss.getMessage(), loss);
      }
      try {
        changed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted(e);
      }
    }
  }

  private static InterruptedIOException interrupted(InterruptedException cause) {
    var exception = new InterruptedIOException("interrupted while waiting for a program's output");
    exception.initCause(cause);
    return exception;
  }

  private void giveBack(int count) {
    taken += count;
    if (taken >= window / 2 && !isOver() && !silent) {
      queue();
    }
    if (!ring.isEmpty()) {
      changed.signal(); // one signal may have stood for bytes that another reader can take
    }
  }

  private boolean isOver() {
    return ended || loss != null;
  }

  private void queue() {
    if (!queued) {
      queued = true;
      outbox.ready(this);
    }
  }
}

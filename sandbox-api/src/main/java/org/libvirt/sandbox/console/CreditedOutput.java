package org.libvirt.sandbox.console;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A program's input on this side: bytes wait here until the supervisor has granted credit. */
final class CreditedOutput extends OutputStream implements Outgoing {
  /** A frame is not larger, so that other streams and frames get their turn in between. */
  private static final int LARGEST_TURN = 128 * 1024;

  private final int serial;
  private final int largestPayload;
  private final Outbox outbox;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ByteRing ring;
  private long credit;
  private boolean closed;
  private boolean endIsSent;
  private boolean queued;
  private @Nullable String breakage;
  private @Nullable Throwable breakageCause;

  /** A stream without credit. */
  CreditedOutput(int serial, int window, int largestFrame, Outbox outbox) {
    this.serial = serial;
    this.largestPayload = Math.min(LARGEST_TURN, largestFrame) - FrameReader.HEADER;
    this.outbox = outbox;
    this.ring = new ByteRing(window);
  }

  /** A stream without credit that goes on with what another has not sent. */
  CreditedOutput(CreditedOutput predecessor) {
    this.serial = predecessor.serial;
    this.largestPayload = predecessor.largestPayload;
    this.outbox = predecessor.outbox;
    predecessor.lock.lock();
    try {
      this.ring = predecessor.ring;
      this.closed = predecessor.closed;
      this.endIsSent = predecessor.endIsSent;
    } finally {
      predecessor.lock.unlock();
    }
  }

  @Override
  public void write(int oneByte) throws IOException {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, from.length);
    lock.lock();
    try {
      int done = 0;
      while (done < length) {
        awaitRoom(done);
        int count = Math.min(length - done, ring.room());
        ring.put(from, offset + done, count);
        done += count;
        queue();
      }
      if (ring.room() > 0) {
        changed.signal(); // one signal may have stood for room that another writer can use
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the program's input behind what has been written; does not wait for it to be sent. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      queue();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note that the supervisor takes so many bytes more. */
  void grant(int bytes) {
    lock.lock();
    try {
      // The sum of more grants than 2^31 is as good as none: the guest can only harm itself.
      credit = Math.min(Long.MAX_VALUE / 2, credit + Integer.toUnsignedLong(bytes));
      queue();
    } finally {
      lock.unlock();
    }
  }

  /** Takes note that nobody will read any more: what waits is dropped, writers are told why. */
  void breakOff(String why, @Nullable Throwable cause) {
    lock.lock();
    try {
      if (breakage == null) {
        ring.clear();
      }
      cutOff(why, cause);
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #breakOff}, but keeps what waits for a successor. */
  void cutOff(String why, @Nullable Throwable cause) {
    lock.lock();
    try {
      if (breakage == null) {
        breakage = why;
        breakageCause = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean writeTo(FrameWriter frames) {
    lock.lock();
    try {
      if (hasBytesToSend()) {
        int allowed = (int) Math.min(credit, Math.min(ring.size(), largestPayload));
        int count = frames.room(allowed);
        ring.get(frames.frame(Proc.STDIN, serial, count), count);
        credit -= count;
        changed.signal();
      }
      if (hasEndToSend()) {
        if (frames.room(1) < 1) {
          return true;
        }
        frames.frame(Proc.STDIN, serial, 0);
        endIsSent = true;
        ring.clear();
      }
      queued = hasBytesToSend();
      return queued;
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom(int done) throws IOException {
    while (true) {
      if (closed) {
        throw new IOException("Stream closed");
      }
      if (breakage != null) {
        throw new IOException(breakage, breakageCause);
      }
      if (ring.room() > 0) {
        return;
      }
      try {
        changed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted(e, done);
      }
    }
  }

  private static InterruptedIOException interrupted(InterruptedException cause, int done) {
    var exception =
        new InterruptedIOException("interrupted while waiting for a program to read its input");
    exception.bytesTransferred = done;
    exception.initCause(cause);
    return exception;
  }

  private void queue() {
    if (!queued && (hasBytesToSend() || hasEndToSend())) {
      queued = true;
      outbox.ready(this);
    }
  }

  private boolean hasBytesToSend() {
    return breakage == null && credit > 0 && !ring.isEmpty();
  }

  private boolean hasEndToSend() {
    return breakage == null && closed && !endIsSent && ring.isEmpty();
  }
}

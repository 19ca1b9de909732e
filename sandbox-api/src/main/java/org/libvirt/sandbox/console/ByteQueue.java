package org.libvirt.sandbox.console;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from one thread to another, so many at most. Who is interrupted while it waits
 * gets an {@link InterruptedIOException}, keeps its interrupt status, and has lost nothing.
 */
final class ByteQueue {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final int limit;
  private final ByteRing ring;
  private boolean nudged;
  private boolean finished;
  private @Nullable IOException end;
  private @Nullable IOException refusal;

  ByteQueue(int limit) {
    this.limit = limit;
    ring = new ByteRing(limit);
  }

  /** Puts all bytes, waiting for room as often as that takes. */
  void put(byte[] from, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    lock.lock();
    try {
      while (left > 0) {
        awaitRoom();
        int count = Math.min(left, ring.room());
        ring.put(from, at, count);
        changed.signalAll();
        at += count;
        left -= count;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes what is there, at least one byte: -1 at the end, 0 if it was nudged first. */
  int take(byte[] to, int offset, int length) throws IOException {
    lock.lock();
    try {
      while (ring.isEmpty() && !finished && !nudged) {
        try {
          changed.await();
        } catch (InterruptedException e) {
          throw interrupted(e);
        }
      }
      if (nudged) {
        nudged = false;
        return 0;
      }
      if (!ring.isEmpty()) {
        int count = ring.get(to, offset, length);
        changed.signalAll();
        return count;
      }
      if (end != null) {
        throw new IOException(end.getMessage(), end);
      }
      return -1;
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return ring.size();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes who takes, once. */
  void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more comes: behind what is there is the end, or this; the first word counts. */
  void finish(@Nullable IOException cause) {
    lock.lock();
    try {
      if (!finished) {
        finished = true;
        end = cause;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody takes any more: what is there is forgotten, and what is put refused so. */
  void refuse(IOException cause) {
    lock.lock();
    try {
      if (refusal == null) {
        refusal = cause;
        ring.clear();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom() throws IOException {
    while (true) {
      if (refusal != null) {
        throw new IOException(refusal.getMessage(), refusal);
      }
      if (finished) {
        throw new IOException("Stream closed");
      }
      if (ring.size() < limit) {
        return;
      }
      try {
        changed.await();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private static InterruptedIOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    var exception = new InterruptedIOException("interrupted while waiting for a console");
    exception.initCause(cause);
    return exception;
  }
}

package org.libvirt.sandbox.console;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to a carrier. Streams queue themselves and keep their bytes; control
 * frames are kept here, up to a limit. One thread {@link #run runs} it; any thread adds to it.
 */
final class Outbox {
  /** A supervisor that leaves so much unread has stopped reading, or floods us with questions. */
  private static final int LIMIT = 1 << 20;

  private final FrameWriter frames;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Outgoing> queue = new ArrayDeque<>();
  private int cost;
  private boolean closed;

  Outbox(FrameWriter frames) {
    this.frames = frames;
  }

  /** Gives a stream its turn; it must not be in the queue already. */
  void ready(Outgoing stream) {
    lock.lock();
    try {
      add(stream);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Queues a frame; one that comes after {@link #close} is dropped.
   *
   * @return false if too much waits already
   */
  boolean offer(ControlFrame frame) {
    lock.lock();
    try {
      if (frame.cost() > LIMIT - cost) {
        return false;
      }
      add(frame);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets {@link #run} return once it has written what is queued now. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is queued, as it comes, until the outbox is closed and empty. */
  void run() throws IOException, InterruptedException {
    while (true) {
      Outgoing turn = poll();
      if (turn == null) {
        frames.flush();
        if (!awaitMore()) {
          return;
        }
        continue;
      }
      if (turn.writeTo(frames)) {
        ready(turn);
      }
      if (frames.isDue()) {
        frames.flush();
      }
    }
  }

  private void add(Outgoing item) {
    if (closed) {
      return;
    }
    queue.add(item);
    cost += costOf(item);
    changed.signal();
  }

  private @Nullable Outgoing poll() {
    lock.lock();
    try {
      Outgoing next = queue.poll();
      if (next != null) {
        cost -= costOf(next);
      }
      return next;
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitMore() throws InterruptedException {
    lock.lock();
    try {
      while (queue.isEmpty() && !closed) {
        changed.await();
      }
      return !queue.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private static int costOf(Outgoing item) {
    return item instanceof ControlFrame frame ? frame.cost() : 0;
  }
}

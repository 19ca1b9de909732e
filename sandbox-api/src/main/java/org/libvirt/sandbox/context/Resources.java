package org.libvirt.sandbox.context;

import com.google.common.util.concurrent.Uninterruptibles;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;

/**
 * What a sandbox holds on this host, undone in the reverse of the order in which it was taken.
 *
 * <p>It may be closed while the start that fills it is still under way, by another thread: then
 * what is added later is undone at once, and the start ends with an exception. One thread undoes;
 * others that close wait for it, without limit unless the process ends.
 */
final class Resources implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** How long an ending process waits for a thread that closes already; then it goes on alone. */
  private static final Duration CLOSER_LIMIT = Duration.ofSeconds(5);

  /** How long an ending process waits for a start to notice that it came too late. */
  private static final Duration START_LIMIT = Duration.ofSeconds(2);

  private final CountDownLatch filled = new CountDownLatch(1);
  private final Lock list = new ReentrantLock();
  private final Lock undoing = new ReentrantLock();
  private final Deque<Runnable> undos = new ArrayDeque<>();
  private boolean closed;

  /**
   * Adds a way to undo what was just done.
   *
   * @throws SandboxLostException if this is closed already; then it has been undone
   */
  void add(Runnable undo) {
    list.lock();
    try {
      if (!closed) {
        undos.push(undo);
        return;
      }
    } finally {
      list.unlock();
    }
    undo.run();
    throw new SandboxLostException("the sandbox was closed while it was being started");
  }

  /** Says that the start is over, well or not: nothing will be added any more. */
  void filled() {
    filled.countDown();
  }

  /**
   * Undoes everything, also where a step of it fails.
   *
   * @throws SandboxException the first failure, the others suppressed in it
   */
  @Override
  public void close() {
    undoing.lock();
    try {
      undo();
    } finally {
      undoing.unlock();
    }
  }

  /**
   * Undoes everything for a process that is ending, whose other threads may never run again. A step
   * that another thread is at is left to it, and the steps after it are not. A start that is under
   * way gets the time to undo what it was just taking, as the process is gone when this returns.
   *
   * @throws SandboxException the first failure, the others suppressed in it
   */
  void closeAtEndOfProcess() {
    boolean alone = Uninterruptibles.tryLockUninterruptibly(undoing, CLOSER_LIMIT);
    try {
      if (!alone) {
        LOG.log(Level.DEBUG, "a thread that closes a sandbox does not come to its end");
      }
      undo();
    } finally {
      if (alone) {
        undoing.unlock();
      }
      if (!Uninterruptibles.awaitUninterruptibly(filled, START_LIMIT)) {
        LOG.log(Level.DEBUG, "a thread that starts a sandbox does not come to its end");
      }
    }
  }

  private void undo() {
    RuntimeException first = null;
    // the JDK closes a file under a thread whose interrupt is pending, and steps would fail by that
    boolean interrupted = Thread.interrupted();
    for (Runnable undo = next(); undo != null; undo = next()) {
      try {
        undo.run();
      } catch (RuntimeException e) {
        first = joined(first, e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (first != null) {
      throw first;
    }
  }

  private @Nullable Runnable next() {
    list.lock();
    try {
      closed = true;
      return undos.poll();
    } finally {
      list.unlock();
    }
  }

  private static RuntimeException joined(@Nullable RuntimeException first, RuntimeException e) {
    if (first == null) {
      return e;
    }
    first.addSuppressed(e);
    return first;
  }
}

package org.libvirt.sandbox.context;

import java.util.ArrayDeque;
import java.util.Deque;
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
 * others that close wait for it.
 */
final class Resources implements AutoCloseable {
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

  /**
   * Undoes everything, also where a step of it fails.
   *
   * @throws SandboxException the first failure, the others suppressed in it
   */
  @Override
  public void close() {
    undoing.lock();
    try {
      RuntimeException first = null;
      for (Runnable undo = next(); undo != null; undo = next()) {
        try {
          undo.run();
        } catch (RuntimeException e) {
          first = joined(first, e);
        }
      }
      if (first != null) {
        throw first;
      }
    } finally {
      undoing.unlock();
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

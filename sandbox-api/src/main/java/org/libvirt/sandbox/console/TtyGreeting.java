package org.libvirt.sandbox.console;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How the host makes sure, before the first frame, that a supervisor has a terminal and that this
 * is raw: it calls until it is answered.
 */
final class TtyGreeting {
  private static final Logger LOG = System.getLogger(TtyGreeting.class.getName());
  private static final byte CALL = 033;
  private static final byte READY = 034;
  private static final long REPEAT_MILLIS = 250;

  private final ByteChannel tty;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean over;

  private TtyGreeting(ByteChannel tty) {
    this.tty = tty;
  }

  /**
   * Waits for the supervisor's answer and passes over all that comes before it; what comes behind
   * it is left to be read.
   *
   * @throws EOFException if the terminal ends first
   */
  static void exchange(ByteChannel tty, String name) throws IOException {
    TtyGreeting greeting = new TtyGreeting(tty);
    Thread caller = new Thread(greeting::call, name + "-call");
    caller.setDaemon(true);
    caller.start();
    try {
      greeting.awaitAnswer();
    } finally {
      greeting.stopCalling();
    }
    greeting.say(READY);
  }

  private void awaitAnswer() throws IOException {
    // one by one: what follows the answer is not ours
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    do {
      one.clear();
      if (tty.read(one) < 0) {
        throw new EOFException("it ended before the greeting");
      }
    } while (one.get(0) != READY);
  }

  private void call() {
    lock.lock();
    try {
      while (!over) {
        say(CALL);
        awaitRepeat();
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "nobody can be called any more, as who waits will see too", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody has this thread who could
    } finally {
      lock.unlock();
    }
  }

  private void awaitRepeat() throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(REPEAT_MILLIS);
    while (!over && left > 0) {
      left = changed.awaitNanos(left);
    }
  }

  private void stopCalling() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void say(byte word) throws IOException {
    ByteBuffer one = ByteBuffer.allocateDirect(1).put(0, word);
    while (one.hasRemaining()) {
      tty.write(one);
    }
  }
}

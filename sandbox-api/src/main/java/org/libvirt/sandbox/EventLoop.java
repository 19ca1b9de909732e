package org.libvirt.sandbox;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.libvirt.Library;
import org.libvirt.LibvirtException;

/**
 * Libvirt's default event loop, run by one daemon thread for the whole process.
 *
 * <p>Without a running loop libvirt delivers no event, and a registered loop that nobody runs cuts
 * idle connections. A program that already runs the loop itself sets the system property {@code
 * org.libvirt.sandbox.eventLoop} to {@code external} before its first connection.
 *
 * <p>It runs only while there is a connection: HotSpot, when it ends, waits up to 0.3 s for threads
 * that are inside native code ({@code VM_Exit::wait_for_threads_in_native_to_block}).
 */
final class EventLoop {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private static final Lock LOCK = new ReentrantLock();
  private static final Condition USED = LOCK.newCondition();
  private static int connections;

  private EventLoop() {}

  /** Runs the loop for one more connection; to be called before it is opened. */
  static void enter() {
    LOCK.lock();
    try {
      connections++;
      USED.signal();
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Runs the loop for one connection less; to be called before it is closed, as it is the closing
   * that wakes the loop.
   */
  static void leave() {
    LOCK.lock();
    try {
      connections--;
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Sets the loop up; to be called before the first connection is opened.
   *
   * @throws LibvirtRefusedException if libvirt cannot set its loop up
   */
  static void setUp() {
    Holder.start();
  }

  private static final class Holder {
    static {
      if (!"external".equals(System.getProperty("org.libvirt.sandbox.eventLoop"))) {
        try {
          Library.initEventLoop();
        } catch (LibvirtException e) {
          throw Refusals.of("cannot set up libvirt's event loop", e);
        }
        Thread loop = new Thread(EventLoop::run, "libvirt-events");
        loop.setDaemon(true);
        loop.start();
      }
    }

    static void start() {
      // the work is done once, by the class's initializer
    }
  }

  private static void run() {
    try {
      while (true) {
        awaitConnection();
        Library.processEvent();
      }
    } catch (LibvirtException e) {
      LOG.log(
          Level.WARNING,
          "libvirt's event loop has ended, sandboxes that stop early are noticed late: {0}",
          Refusals.words(e));
    }
  }

  private static void awaitConnection() {
    LOCK.lock();
    try {
      while (connections == 0) {
        USED.awaitUninterruptibly();
      }
    } finally {
      LOCK.unlock();
    }
  }
}

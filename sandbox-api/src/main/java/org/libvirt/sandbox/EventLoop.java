package org.libvirt.sandbox;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.libvirt.Library;
import org.libvirt.LibvirtException;

/**
 * Libvirt's default event loop, run by one daemon thread for the whole process.
 *
 * <p>Without a running loop libvirt delivers no event, and a registered loop that nobody runs cuts
 * idle connections. A program that already runs the loop itself sets the system property {@code
 * org.libvirt.sandbox.eventLoop} to {@code external} before its first connection.
 */
final class EventLoop {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private EventLoop() {}

  /**
   * Sees to it that the loop runs; to be called before the first connection is opened.
   *
   * @throws LibvirtRefusedException if libvirt cannot set its loop up
   */
  static void ensureRunning() {
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
        Library.processEvent();
      }
    } catch (LibvirtException e) {
      LOG.log(
          Level.WARNING,
          "libvirt's event loop has ended, sandboxes that stop early are noticed late: {0}",
          Refusals.words(e));
    }
  }
}

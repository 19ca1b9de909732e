package org.libvirt.sandbox.context;

import com.google.common.util.concurrent.Uninterruptibles;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.libvirt.sandbox.SandboxException;

/**
 * The sandboxes that this process has still to close. An orderly end of the process, SIGTERM and
 * Ctrl-C among them, does so; after any other, libvirt and the next start clean up.
 */
final class EndOfProcess {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final Set<Resources> OPEN = ConcurrentHashMap.newKeySet();
  private static final AtomicBoolean ENDING = new AtomicBoolean();

  /**
   * How long the process may take to end for it. A daemon or a file system that hangs must not make
   * it unkillable: what is not closed by then, the daemon ends with the connection (AUTODESTROY),
   * the launcher of an embedded one and the supervisors notice that the process is gone, and the
   * next start sweeps the directories.
   */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  static {
    Thread hook = new Thread(EndOfProcess::closeAllInTime, "sandbox-shutdown");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      ENDING.set(true);
    }
  }

  private EndOfProcess() {}

  /**
   * Has the resources closed when this process ends.
   *
   * @throws SandboxException if it is ending already
   */
  static void closes(Resources resources) {
    OPEN.add(resources); // before the question, so that either it or the end finds the other
    if (ENDING.get()) {
      OPEN.remove(resources);
      throw new SandboxException("no sandbox can be started any more: this process is ending");
    }
  }

  static void forgets(Resources resources) {
    OPEN.remove(resources);
  }

  private static void closeAllInTime() {
    ENDING.set(true);
    CountDownLatch closed = new CountDownLatch(1);
    Thread closing =
        new Thread(
            () -> {
              try {
                closeAll();
              } finally {
                closed.countDown();
              }
            },
            "sandbox-shutdown-closing");
    closing.setDaemon(true);
    closing.start();
    if (!Uninterruptibles.awaitUninterruptibly(closed, LIMIT)) {
      LOG.log(
          Level.WARNING,
          "at the end of the process: sandboxes could not be closed within {0} s",
          LIMIT.toSeconds());
    }
  }

  private static void closeAll() {
    OPEN.parallelStream()
        .forEach(
            resources -> {
              try {
                resources.closeAtEndOfProcess();
              } catch (SandboxException e) {
                LOG.log(Level.WARNING, "at the end of the process: {0}", e.getMessage());
              }
            });
  }
}

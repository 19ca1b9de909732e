package org.libvirt.sandbox.context;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * Makes moves between cgroups quick for a while, as libvirt makes them for each container. The
 * first after a pause waits until each processor has been elsewhere, some ten milliseconds, as it
 * is the first to write to a lock that is made for readers (cgroup_threadgroup_rwsem in the
 * kernel's kernel/cgroup/cgroup.c, rcu_sync_enter() in kernel/rcu/sync.c); in the same time after
 * it nobody waits. So a thread of this process moves again and again to where it is already, the
 * first time while there is other work to be done.
 */
final class CgroupMoves {
  /** The name of the thread, of which there is at most one. */
  static final String THREAD = "sandbox-cgroups";

  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** Less than the kernel remembers a move, which was never seen to be less than 15 ms. */
  private static final Duration INTERVAL = Duration.ofMillis(4);

  /** What the way to a container's cgroups takes, and double. */
  private static final Duration TIME = Duration.ofMillis(100);

  private static final CgroupMoves OF_THIS_HOST = new CgroupMoves();

  private long end;
  private boolean isRunning;

  private CgroupMoves() {}

  /**
   * Makes those quick that begin in the next moments. Where this process may not, they are slow.
   */
  static void expect() {
    OF_THIS_HOST.begin();
  }

  private synchronized void begin() {
    end = System.nanoTime() + TIME.toNanos();
    if (!isRunning) {
      isRunning = true;
      Thread thread = new Thread(this::run, THREAD);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    try {
      Path task = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      String id = String.valueOf(task.getFileName());
      Path threads = threadsOf(Path.of("/proc").resolve(task));
      do {
        Files.writeString(threads, id);
        LockSupport.parkNanos(INTERVAL.toNanos());
      } while (isExpected());
    } catch (IOException e) {
      giveUp(IoProblem.words(e));
    } catch (InvalidPathException e) {
      giveUp("" + e.getMessage());
    }
  }

  private synchronized void giveUp(String why) {
    LOG.log(Level.DEBUG, "a container''s cgroups may be slow: {0}", why);
    isRunning = false;
  }

  private static Path threadsOf(Path task) throws IOException {
    PidsHierarchy hierarchy =
        PidsHierarchy.ofHost().orElseThrow(() -> new IOException("there are none"));
    Path group =
        hierarchy
            .groupOf(task)
            .orElseThrow(() -> new IOException("this process's cgroup is not seen here"));
    return group.resolve(hierarchy.isUnified() ? "cgroup.threads" : "tasks");
  }

  private synchronized boolean isExpected() {
    isRunning = System.nanoTime() - end < 0;
    return isRunning;
  }
}

package org.libvirt.sandbox.context;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

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
  private Thread mover = new Thread(this::run, THREAD);

  private CgroupMoves() {}

  /**
   * Makes those quick that begin in the next moments. Where this process may not, they are slow.
   */
  static void expect() {
    OF_THIS_HOST.begin();
  }

  private synchronized void begin() {
    end = System.nanoTime() + TIME.toNanos();
    if (isRunning && mover.isAlive()) {
      return;
    }
    mover = new Thread(this::run, THREAD);
    mover.setDaemon(true);
    mover.setContextClassLoader(null); // it may serve many callers
    try {
      mover.start();
      isRunning = true;
    } catch (OutOfMemoryError e) {
      giveUp(e); // no thread is to be had, which is for those to say that need one
    }
  }

  private void run() {
    try {
      move();
    } catch (IOException | RuntimeException | LinkageError e) {
      giveUp(e);
    }
  }

  private synchronized void giveUp(Throwable why) {
    LOG.log(Level.DEBUG, "a container''s cgroups may be slow: {0}", why.toString());
    isRunning = false;
  }

  private void move() throws IOException {
    PidsHierarchy hierarchy =
        PidsHierarchy.ofHost().orElseThrow(() -> new IOException("there are none"));
    Path task = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")));
    String id = ownId(task);
    do {
      // anew each time, as it may be moved by others
      Path group =
          hierarchy
              .groupOf(task)
              .orElseThrow(() -> new IOException("this process's cgroup is not seen here"));
      Path threads = group.resolve(hierarchy.isUnified() ? "cgroup.threads" : "tasks");
      Files.writeString(threads, id, StandardOpenOption.WRITE);
      LockSupport.parkNanos(INTERVAL.toNanos());
    } while (isExpected());
  }

  /** Refused where it is another's in the PID namespace of this process, whose /proc it is not. */
  private static String ownId(Path task) throws IOException {
    // its name is any bytes
    List<String> ids =
        Files.readAllLines(task.resolve("status"), StandardCharsets.ISO_8859_1).stream()
            .filter(line -> line.startsWith("NSpid:"))
            .findFirst()
            .map(line -> Splitter.on('\t').splitToList(line))
            .orElse(List.of());
    if (ids.size() != 2) {
      throw new IOException("the ids in /proc are those of another PID namespace");
    }
    return ids.get(1);
  }

  private synchronized boolean isExpected() {
    isRunning = System.nanoTime() - end < 0;
    return isRunning;
  }
}

package org.libvirt.sandbox.context;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * The cgroup in which the kernel counts the processes of a container and refuses one too many:
 * libvirt's containers have none. It is made for the supervisor before that has any child.
 *
 * <p>On version 1 it is a cgroup of its own below the one that the supervisor was born in: below an
 * embedded daemon's, which goes with it. On version 2, where a cgroup with processes has no others
 * below it that limit anything, it is the one that libvirt made for the domain, if the pids
 * controller is there or its parent hands it on; what else libvirt keeps in it has room of its own.
 */
final class ProcessGroup implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final String LIMIT = "pids.max";

  /** The container's first process is one, as is who starts the program until it runs. */
  private static final int REAPER = 1;

  private static final int STARTER = 1;

  /** The kernel takes no larger number, and has never more processes. */
  private static final long MOST = 4_000_000;

  /** The kernel takes what was killed out of its cgroup a moment after its end. */
  private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(2);

  private static final Duration RETRY = Duration.ofMillis(2);

  private final Path directory;
  private final boolean isOwn;
  private final long most;
  private volatile boolean wasFull;

  ProcessGroup(Path directory, boolean isOwn, long most) {
    this.directory = directory;
    this.isOwn = isOwn;
    this.most = most;
  }

  /**
   * Puts a supervisor into a group that holds so many more processes, and one until {@link
   * #programRuns}.
   *
   * @param directory on version 1 of a group to be made, on version 2 of the supervisor's own
   * @throws IOException if this host's cgroups cannot do that; the message says why
   */
  static ProcessGroup of(PidsHierarchy hierarchy, Path directory, long supervisor, long processes)
      throws IOException {
    if (hierarchy.isUnified()) {
      requireController(directory);
    } else {
      Files.createDirectory(directory);
    }
    try {
      if (!hierarchy.isUnified()) {
        write(directory, "cgroup.procs", supervisor);
      }
      long most = Math.min(number(directory, "pids.current") + REAPER + processes, MOST);
      write(directory, LIMIT, most + STARTER);
      return new ProcessGroup(directory, !hierarchy.isUnified(), most);
    } catch (IOException | RuntimeException e) {
      if (!hierarchy.isUnified()) {
        // with the supervisor in it, it goes with the daemon, or when its state is swept
        LOG.log(Level.DEBUG, "{0} is removed: {1}", directory, removedNow(directory));
      }
      throw e;
    }
  }

  /** Libvirt has its parent, in which no process lives, hand on only what libvirt itself limits. */
  private static void requireController(Path directory) throws IOException {
    if (Files.exists(directory.resolve(LIMIT))) {
      return;
    }
    IOException refusal = null;
    try {
      Files.writeString(directory.resolveSibling("cgroup.subtree_control"), "+pids");
    } catch (IOException e) {
      refusal = e;
    }
    if (!Files.exists(directory.resolve(LIMIT))) {
      throw new IOException(
          "the pids controller is not enabled for "
              + directory
              + (refusal == null ? "" : ": " + IoProblem.words(refusal)),
          refusal);
    }
  }

  /**
   * Takes back the room for who starts the program. A program that starts processes sooner than
   * this host hears that it runs may have taken it: then it has one more until one of them ends.
   */
  void programRuns() {
    try {
      write(directory, LIMIT, most);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "one process too many has room: {0}", IoProblem.words(e));
    }
  }

  /** Whether a process was refused for want of room, as far as is known. */
  boolean wasFull() {
    if (!wasFull) {
      try {
        wasFull =
            Files.readAllLines(directory.resolve("pids.events")).stream()
                .anyMatch(line -> line.startsWith("max ") && !line.equals("max 0"));
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "the events of a cgroup: {0}", IoProblem.words(e));
      }
    }
    return wasFull;
  }

  /**
   * Removes the group, or leaves it to the sweep of the state directory, which names it, where its
   * processes do not end. Closing twice is harmless.
   */
  @Override
  public void close() {
    wasFull = wasFull(); // nobody can ask later
    if (!isOwn) {
      return;
    }
    long end = System.nanoTime() + REMOVAL_LIMIT.toNanos();
    while (!removedNow(directory)) {
      if (System.nanoTime() > end) {
        LOG.log(
            Level.WARNING,
            "cannot remove the cgroup {0}: processes are left in it; the next start tries again",
            directory);
        return;
      }
      LockSupport.parkNanos(RETRY.toNanos());
    }
  }

  private static boolean removedNow(Path directory) {
    try {
      Files.deleteIfExists(directory);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static long number(Path directory, String name) throws IOException {
    return Long.parseLong(Files.readString(directory.resolve(name)).strip());
  }

  private static void write(Path directory, String name, long number) throws IOException {
    Files.writeString(directory.resolve(name), Long.toString(number));
  }
}

package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.libvirt.sandbox.HostDirectories;

/**
 * A directory that belongs to this process until it is released, and to nobody once the process is
 * dead.
 *
 * <p>The kernel keeps the lock on {@code owner.lock}, and drops it with the process. As it drops it
 * too when this process closes any descriptor of that file, the file is opened by other processes
 * only: {@code owner} names the process that holds it. Making and removing are serialized over all
 * processes by a lock in the cache directory, so that nobody sees a directory whose owner has not
 * locked it yet. The parent comes and goes with its entries.
 */
final class Ownership {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final String LOCK = "owner.lock";
  private static final String OWNER = "owner";

  /** The index of a process's start time behind the command's name in /proc/PID/stat, proc(5). */
  private static final int START_TIME = 19;

  /** Of a directory that others may pass through, but neither list nor change. */
  private static final Set<PosixFilePermission> TRAVERSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  /** Of a file from its first moment on: with a umask of 0 everybody could write to it. */
  static final FileAttribute<Set<PosixFilePermission>> READABLE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Far longer than the few system calls that it is ever held for. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final StateLock MAKING_AND_REMOVING =
      new StateLock(HostDirectories.cache().resolve("state.lock"), PATIENCE);

  /**
   * What this process owns, and so needs no look into: each costs half a millisecond, and a start
   * sweeps.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel lock;

  private Ownership(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** Makes a directory that did not exist, and owns it. */
  static Ownership take(Path directory) throws IOException {
    return MAKING_AND_REMOVING.during(
        () -> {
          HostDirectories.makeIn(
              HostDirectories.state(),
              () -> {
                makeParent();
                makeDirectory(directory, TRAVERSABLE);
              });
          FileChannel lock = null;
          try {
            Files.writeString(Files.createFile(directory.resolve(OWNER), READABLE), thisProcess());
            lock =
                FileChannel.open(
                    directory.resolve(LOCK),
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    StateLock.OWNERS);
            if (lock.tryLock() == null) {
              throw new IOException("another process has locked " + directory.resolve(LOCK));
            }
            OWN.add(directory);
            return new Ownership(directory, lock);
          } catch (IOException | RuntimeException e) {
            if (lock != null) {
              lock.close();
            }
            delete(directory);
            throw e;
          }
        });
  }

  /** Removes a directory if its owner is dead, and tells whether it was there to be removed. */
  static boolean removeIfOrphaned(Path directory) throws IOException {
    if (OWN.contains(directory)) {
      return false;
    }
    return MAKING_AND_REMOVING.during(
        () -> {
          boolean orphaned =
              Files.exists(directory) && isOrphaned(directory) && NotedGroup.remove(directory);
          if (orphaned) {
            delete(directory);
          }
          return orphaned;
        });
  }

  /**
   * Looks into a directory whose owner lives, and which is neither made nor removed meanwhile.
   *
   * @return empty if it has no living owner
   */
  static <T> Optional<T> look(Path directory, StateLock.Step<Optional<T>> step) throws IOException {
    return MAKING_AND_REMOVING.during(() -> isOrphaned(directory) ? Optional.empty() : step.run());
  }

  /** The process id that a directory names as its owner's. */
  static long ownerOf(Path directory) throws IOException {
    String owner = Files.readString(directory.resolve(OWNER));
    try {
      return Long.parseLong(owner.substring(0, Math.max(0, owner.indexOf(' '))));
    } catch (NumberFormatException e) {
      throw new IOException(directory.resolve(OWNER) + " names no process", e);
    }
  }

  /** Since when a directory has been its owner's. */
  static Instant since(Path directory) throws IOException {
    return Files.getLastModifiedTime(directory.resolve(OWNER)).toInstant();
  }

  private static boolean isOrphaned(Path directory) throws IOException {
    try {
      if (Files.readString(directory.resolve(OWNER)).equals(thisProcess())) {
        return false;
      }
      try (FileChannel lock = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
        FileLock taken = lock.tryLock();
        return taken != null;
      }
    } catch (NoSuchFileException e) {
      return true; // its owner died while it made or removed it
    }
  }

  /**
   * Removes the directory, or leaves it to the next sweep where that fails, or where the cgroup
   * that it names is still there. Releasing twice is harmless.
   */
  void release() throws IOException {
    try {
      MAKING_AND_REMOVING.during(
          () -> {
            if (lock.isOpen()) {
              removeOrDisown();
              OWN.remove(directory); // not later: it may be another's then
              lock.close();
            }
            return directory;
          });
    } catch (IOException | RuntimeException e) {
      if (lock.isOpen()) {
        disownAfter(e);
      }
      throw e;
    } finally {
      if (lock.isOpen()) {
        OWN.remove(directory);
        lock.close();
      }
    }
  }

  private void removeOrDisown() throws IOException {
    if (NotedGroup.remove(directory)) {
      delete(directory);
    } else {
      LOG.log(Level.DEBUG, "{0} stays, as its cgroup is in use", directory);
      Files.deleteIfExists(directory.resolve(OWNER));
    }
  }

  /** It is still this process's; this needs no descriptor, of which there may be none. */
  private void disownAfter(Exception cause) {
    try {
      Files.deleteIfExists(directory.resolve(OWNER));
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void makeParent() throws IOException {
    Path parent = HostDirectories.state();
    Files.createDirectories(parent.resolve("..").normalize());
    try {
      makeDirectory(parent, TRAVERSABLE);
    } catch (FileAlreadyExistsException e) {
      // an embedded daemon may be removing it right now; then it is made at the next try
      if (Files.exists(parent) && !Files.isDirectory(parent)) {
        throw e;
      }
      HostDirectories.requireOwn(parent);
    }
  }

  /** Makes a directory that has this mode whatever the umask, and never a wider one. */
  static void makeDirectory(Path directory, Set<PosixFilePermission> mode) throws IOException {
    Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mode));
    Files.setPosixFilePermissions(directory, mode);
  }

  private static void delete(Path directory) throws IOException {
    DirectoryTree.remove(directory);
    try {
      Files.deleteIfExists(HostDirectories.state());
    } catch (IOException e) {
      // it has other entries, or a file system of its own is mounted there
      LOG.log(Level.TRACE, "{0} stays: {1}", HostDirectories.state(), e.getMessage());
    }
  }

  /** Process id, start time in clock ticks and boot: no other process ever has all three. */
  private static String thisProcess() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    // the fields after the command's name, which is in parentheses and may hold anything
    List<String> fields = Splitter.on(' ').splitToList(stat.substring(stat.lastIndexOf(')') + 2));
    return "%d %s %s"
        .formatted(
            ProcessHandle.current().pid(), fields.get(START_TIME), Files.readString(BOOT_ID));
  }
}

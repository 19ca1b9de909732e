package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;

/**
 * A lock that one process of a user has at a time. The kernel keeps it on a file, and drops it with
 * the process.
 *
 * <p>Whoever can open a file can lock it, for reading at the least, and so keep everybody else from
 * it for ever: the file is its owner's alone, and waiting for it has an end all the same.
 */
public final class StateLock {
  /** Of a lock's file, from its first moment on. */
  static final FileAttribute<Set<PosixFilePermission>> OWNERS =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Set<PosixFilePermission> TRAVERSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  /** The kernel has no waiting for such a lock that ends by itself, so it is tried this often. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Where this process is concerned; a FileLock is the whole process's. One for each file. */
  private static final Map<Path, Lock> SERIAL = new ConcurrentHashMap<>();

  private final Path file;
  private final Duration patience;

  /**
   * A lock.
   *
   * @param file made where it is missing, with its directory
   * @param patience how long to wait for other processes
   */
  public StateLock(Path file, Duration patience) {
    this.file = file;
    this.patience = patience;
  }

  /**
   * What is done while the lock is held.
   *
   * @param <T> what it gives
   */
  public interface Step<T> {
    /**
     * Does it.
     *
     * @return what {@link #during} returns
     * @throws IOException which {@link #during} throws
     */
    T run() throws IOException;
  }

  /**
   * Does a step that neither another process nor another thread is at.
   *
   * @param <T> what the step gives
   * @param step what to do
   * @return what the step gave
   * @throws HostLacksException if another process does not give the lock back
   * @throws IOException if the lock's file or directory cannot be made, or the step fails
   */
  public <T> T during(Step<T> step) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    makeDirectory();
    Lock serial =
        SERIAL.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new ReentrantLock());
    if (!Uninterruptibles.tryLockUninterruptibly(serial, patience)) {
      throw neverFree();
    }
    try (FileChannel channel = open();
        FileLock held = lock(channel, deadline)) {
      if (!held.isValid()) {
        throw new IOException("the lock on " + file + " is gone");
      }
      return step.run();
    } finally {
      serial.unlock();
    }
  }

  private void makeDirectory() throws IOException {
    Path directory = requireNonNull(file.getParent(), "a lock lies in a directory");
    if (Files.isDirectory(directory)) {
      return;
    }
    Files.createDirectories(directory.resolve("..").normalize());
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(TRAVERSABLE));
      Files.setPosixFilePermissions(directory, TRAVERSABLE); // whatever the umask took
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
    }
  }

  private FileChannel open() throws IOException {
    FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), OWNERS);
    try {
      if (!Files.getPosixFilePermissions(file).equals(OWNERS.value())) {
        Files.setPosixFilePermissions(file, OWNERS.value());
      }
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private FileLock lock(FileChannel channel, long deadline) throws IOException {
    while (true) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() - deadline > 0) {
        throw neverFree();
      }
      LockSupport.parkNanos(this, RETRY_NANOS);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another class loader's copy of this class has it
    }
  }

  private HostLacksException neverFree() {
    return new HostLacksException(
        "cannot lock %s: another process has not given it back for %d s; 'fuser %s' names that"
                .formatted(file, patience.toSeconds(), file)
            + " process, which should be ended");
  }
}

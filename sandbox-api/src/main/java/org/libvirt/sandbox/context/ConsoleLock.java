package org.libvirt.sandbox.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * A console that one has at a time, whichever process that is: two who read it would steal each
 * other's bytes. The kernel drops the lock with its process.
 *
 * <p>It drops it, too, when the process closes any descriptor of the file. So the file is opened
 * only where this process does not hold it.
 */
final class ConsoleLock implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private static final Lock LOCK = new ReentrantLock();

  @GuardedBy("LOCK")
  private static final Set<Path> HELD = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private ConsoleLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Lets a console be taken. What somebody types before the guest has it open is lost, or worse:
   * some of it is.
   *
   * @param directory the sandbox's state directory
   * @param console what it is called, {@code log} or {@code shell}
   * @throws HostLacksException if the state directory cannot be used, or is gone
   */
  static void offer(Path directory, String console) {
    Path file = directory.resolve(console + ".lock");
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw new HostLacksException("cannot offer a console by " + IoProblem.words(e), e);
    }
  }

  /**
   * Takes a console.
   *
   * @param directory the sandbox's state directory
   * @param console what it is called, {@code log} or {@code shell}
   * @param sandbox the sandbox's name, for the refusal
   * @throws SandboxException if somebody has it; it names the process
   * @throws SandboxLostException if it is not offered, or no longer
   * @throws HostLacksException if the state directory cannot be used
   */
  static ConsoleLock take(Path directory, String console, String sandbox) {
    Path file = directory.resolve(console + ".lock");
    LOCK.lock();
    try {
      if (HELD.contains(file)) {
        throw taken(console, sandbox, Long.toString(ProcessHandle.current().pid()));
      }
      try {
        ConsoleLock lock = open(file, console, sandbox);
        HELD.add(file);
        return lock;
      } catch (NoSuchFileException e) {
        throw new SandboxLostException(
            "the %s console of sandbox '%s' is not there: the sandbox starts or ends"
                .formatted(console, sandbox),
            e);
      } catch (IOException e) {
        throw new HostLacksException(
            "cannot take the %s console of sandbox '%s': %s"
                .formatted(console, sandbox, e.getMessage()),
            e);
      }
    } finally {
      LOCK.unlock();
    }
  }

  private static ConsoleLock open(Path file, String console, String sandbox) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw taken(console, sandbox, Files.readString(file).strip());
      }
      String owner = ProcessHandle.current().pid() + "\n";
      channel.truncate(0).write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.US_ASCII)));
      return new ConsoleLock(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static SandboxException taken(String console, String sandbox, String process) {
    return new SandboxException(
        "the %s console of sandbox '%s' is attached by process %s; leave it there first"
            .formatted(console, sandbox, process));
  }

  /** Gives the console back; idempotent. */
  @Override
  public void close() {
    LOCK.lock();
    try {
      if (!channel.isOpen()) {
        return;
      }
      try {
        channel.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "a console''s lock is not given back: {0}", e.getMessage());
      }
      HELD.remove(file);
    } finally {
      LOCK.unlock();
    }
  }
}

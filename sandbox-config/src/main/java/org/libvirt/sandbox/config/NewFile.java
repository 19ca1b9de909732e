package org.libvirt.sandbox.config;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file that comes into being whole and only its owner can read, or not at all.
 *
 * <p>The content is written to a temporary file beside it and forced to the disk; then that file is
 * given the name by a hard link, which fails where there is something of that name. So the name
 * never stands for half a file: not for who reads meanwhile, not after a crash of the machine. A
 * crash may leave the temporary file, {@code .sandbox-} and 16 digits.
 */
final class NewFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final HardLink hardLink;

  /** How a file gets a second name; {@link Files#createLink}. */
  interface HardLink {
    void create(Path link, Path existing) throws IOException;
  }

  /** A name that is gone in the end, whatever happens. */
  private record Temporary(Path path) implements Closeable {
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(path);
    }
  }

  NewFile(Path file) {
    this(file, Files::createLink);
  }

  NewFile(Path file, HardLink hardLink) {
    this.file = file.toAbsolutePath();
    this.hardLink = hardLink;
  }

  /**
   * Makes the file.
   *
   * @throws FileAlreadyExistsException if there is something of its name, be it a symbolic link to
   *     nothing
   * @throws IOException if the file cannot be made; then there is none
   */
  void write(byte[] content) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw exists();
    }
    // Of a length of its own: a name may be as long as the file system allows.
    String name = ".sandbox-%016x".formatted(ThreadLocalRandom.current().nextLong());
    try (Temporary temporary = new Temporary(file.resolveSibling(name))) {
      create(temporary.path(), content);
      link(temporary.path(), content);
    } catch (ClosedByInterruptException e) {
      throw e; // Nothing is wrong with the file.
    } catch (IOException e) {
      throw explained(e);
    }
  }

  private void link(Path temporary, byte[] content) throws IOException {
    try {
      hardLink.create(file, temporary);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Some file systems have no hard links (FAT, some of FUSE). An exclusive create does not
      // overwrite either; but who reads meanwhile, or after a crash, may find a part.
      try {
        create(file, content);
      } catch (IOException failure) {
        failure.addSuppressed(e);
        throw failure;
      }
    }
  }

  /** Makes a file that was not there before, or leaves none. */
  private static void create(Path path, byte[] content) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (channel) {
      allowOwner(path);
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException | RuntimeException e) {
      remove(path, e);
      throw e;
    }
  }

  // The umask may have taken something away. It adds nothing, and where the file system has no
  // modes of its own there is nothing to be changed.
  private static void allowOwner(Path path) throws IOException {
    if (!Files.getPosixFilePermissions(path).containsAll(OWNER_ONLY)) {
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    }
  }

  private static void remove(Path path, Exception reason) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** Says it of the file that was asked for, not of the temporary one. */
  private IOException explained(IOException e) {
    String directory = String.valueOf(file.getParent());
    FileSystemException explained;
    if (e instanceof FileAlreadyExistsException) {
      explained = exists();
    } else if (e instanceof NoSuchFileException) {
      explained = new NoSuchFileException(directory, null, "the directory does not exist");
    } else if (e instanceof AccessDeniedException) {
      explained = new AccessDeniedException(directory, null, "no file can be made in there");
    } else {
      explained = new FileSystemException(file.toString(), null, reason(e));
    }
    explained.initCause(e);
    return explained;
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException problem ? problem.getReason() : e.getMessage();
    return "cannot be written: " + (reason == null ? "the system gave no reason" : reason);
  }

  private FileAlreadyExistsException exists() {
    return new FileAlreadyExistsException(
        file.toString(), null, "a config is never saved over a file; delete it first");
  }
}

package org.libvirt.sandbox.builder.qemu;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * Files that were made for one machine, and belong to the user that QEMU is. What the machine is to
 * see as their owners and modes QEMU has beside them, in attributes of its own; a symbolic link is
 * a file then, which holds where it leads to.
 */
final class MappedFiles {
  private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding"));

  private final HypervisorUser user;

  /** Files of a user, which this process may give away. */
  MappedFiles(HypervisorUser user) {
    this.user = requireNonNull(user, "user");
  }

  /**
   * Lets the user, and nobody else, into a directory.
   *
   * @throws HostLacksException if it cannot be given away
   */
  void open(Path directory) {
    try {
      giveAway(directory, "rwx------");
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  /**
   * Gives the user a directory with all below it, of which the machine sees what it is now.
   *
   * @throws HostLacksException if it cannot be given away
   */
  void map(Path directory) {
    try {
      Files.walkFileTree(directory, new Mapping());
    } catch (IOException | UnsupportedOperationException e) {
      throw failure(directory, e);
    }
  }

  private HostLacksException failure(Path directory, Exception e) {
    return new HostLacksException(
        "cannot give '%s' to QEMU's user %d, which takes a file system with user attributes: %s"
            .formatted(
                directory,
                user.uid(),
                e instanceof IOException io ? IoProblem.words(io) : e.getMessage()),
        e);
  }

  private void giveAway(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, fromString(permissions));
    Files.setAttribute(file, "unix:uid", (int) user.uid(), LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", (int) user.gid(), LinkOption.NOFOLLOW_LINKS);
  }

  /** What is done with each file. */
  private final class Mapping extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Owned seen = Owned.of(file);
      if (attributes.isSymbolicLink()) {
        replaceLink(file);
      }
      seen.keepBeside(file);
      giveAway(file, "rw-------");
      return FileVisitResult.CONTINUE;
    }

    private void replaceLink(Path link) throws IOException {
      Path directory = requireNonNull(link.getParent(), "of a file in a directory");
      FileTime time = Files.getLastModifiedTime(directory);
      byte[] text = Files.readSymbolicLink(link).toString().getBytes(NAMES);
      Files.delete(link);
      Files.write(link, text);
      Files.setLastModifiedTime(directory, time);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      Owned.of(directory).keepBeside(directory);
      giveAway(directory, "rwx------");
      return FileVisitResult.CONTINUE;
    }
  }

  /** What the machine is to see. */
  private record Owned(int uid, int gid, int mode) {
    static Owned of(Path file) throws IOException {
      return new Owned(number(file, "uid"), number(file, "gid"), number(file, "mode"));
    }

    private static int number(Path file, String name) throws IOException {
      return (int) Files.getAttribute(file, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    }

    void keepBeside(Path file) throws IOException {
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
      keep(view, "virtfs.uid", uid);
      keep(view, "virtfs.gid", gid);
      keep(view, "virtfs.mode", mode);
    }

    private static void keep(UserDefinedFileAttributeView view, String name, int value)
        throws IOException {
      view.write(
          name, ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value));
    }
  }
}

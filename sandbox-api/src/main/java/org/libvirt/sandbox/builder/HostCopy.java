package org.libvirt.sandbox.builder;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.Identity;

/**
 * A copy of a file or a directory tree of this host, made for a sandbox: it belongs to the
 * sandbox's user, keeps permissions and times, and loses set-user-id and set-group-id bits.
 * Symbolic links stay what they are; sockets, FIFOs and devices are passed over.
 */
public final class HostCopy {
  private final Path source;
  private final Path target;
  private final Identity owner;

  private HostCopy(Path source, Path target, Identity owner) {
    this.source = source;
    this.target = target;
    this.owner = owner;
  }

  /**
   * Copies a file, or a directory with all below it. Directories that are there are merged into,
   * files replaced.
   *
   * @param source an existing file or directory; if it is a symbolic link, what that leads to is
   *     copied
   * @param target where the copy stands, in a directory that nobody else writes to; what is missing
   *     on the way there is made
   * @param owner whom the copy belongs to, if this process may give files away
   * @throws HostLacksException if something cannot be read or written; what has been copied by then
   *     stays
   */
  public static void make(Path source, Path target, Identity owner) {
    try {
      HostCopy copy = new HostCopy(source.toRealPath(), target, owner);
      copy.makeParents(target);
      Files.walkFileTree(copy.source, copy.new Copying());
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot copy '%s' for the sandbox: %s".formatted(source, IoProblem.words(e)), e);
    }
  }

  /**
   * Makes an empty directory that belongs to a sandbox's user.
   *
   * @param directory where, in a directory that nobody else writes to
   * @param owner whom it belongs to, if this process may give files away
   * @throws HostLacksException if it cannot be made
   */
  public static void makeDirectory(Path directory, Identity owner) {
    try {
      HostCopy copy = new HostCopy(directory, directory, owner);
      copy.makeParents(directory);
      copy.makeOwnDirectory(directory);
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot make a directory for the sandbox: " + IoProblem.words(e), e);
    }
  }

  /**
   * Makes an empty file that belongs to a sandbox's user.
   *
   * @param file where, in a directory that nobody else writes to; what is missing on the way there
   *     is made
   * @param owner whom it belongs to, if this process may give files away
   * @throws HostLacksException if it cannot be made
   */
  public static void makeFile(Path file, Identity owner) {
    try {
      HostCopy copy = new HostCopy(file, file, owner);
      copy.makeParents(file);
      Files.createFile(file);
      Files.setPosixFilePermissions(file, fromString("rw-r--r--"));
      copy.giveAway(file);
    } catch (IOException e) {
      throw new HostLacksException("cannot make a file for the sandbox: " + IoProblem.words(e), e);
    }
  }

  private void makeParents(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent != null && !Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
      makeParents(parent);
      makeOwnDirectory(parent);
    }
  }

  private void makeOwnDirectory(Path directory) throws IOException {
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, fromString("rwxr-xr-x"));
    giveAway(directory);
  }

  private void giveAway(Path copy) throws IOException {
    Object uid = (int) owner.uid();
    Object gid = (int) owner.gid();
    boolean given =
        uid.equals(Files.getAttribute(copy, "unix:uid", LinkOption.NOFOLLOW_LINKS))
            && gid.equals(Files.getAttribute(copy, "unix:gid", LinkOption.NOFOLLOW_LINKS));
    if (!given && Identity.caller().uid() == 0) {
      Files.setAttribute(copy, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(copy, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** What is done with each entry of the source. */
  private final class Copying extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      Path copy = copyOf(directory);
      if (!Files.isDirectory(copy, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(copy, asFileAttribute(fromString("rwx------")));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Path copy = copyOf(file);
      if (attributes.isSymbolicLink()) {
        Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
        giveAway(copy);
      } else if (attributes.isRegularFile()) {
        Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
        finish(file, copy, attributes);
      }
      return FileVisitResult.CONTINUE;
    }

    // after what is in it: a directory may forbid to make anything, and making it changes its time
    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      finish(
          directory,
          copyOf(directory),
          Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
      return FileVisitResult.CONTINUE;
    }

    private Path copyOf(Path path) {
      Path below = source.relativize(path);
      return below.toString().isEmpty() ? target : target.resolve(below);
    }

    private void finish(Path original, Path copy, BasicFileAttributes attributes)
        throws IOException {
      Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
      permissions.addAll(Files.getPosixFilePermissions(original, LinkOption.NOFOLLOW_LINKS));
      giveAway(copy);
      PosixFileAttributeView view =
          Files.getFileAttributeView(copy, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setPermissions(permissions);
      view.setTimes(attributes.lastModifiedTime(), attributes.lastAccessTime(), null);
    }
  }
}

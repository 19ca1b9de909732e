package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * A path of the host that a config names, as it is when the machine starts.
 *
 * @param what what the config names it for, such as {@code host-bind}
 * @param given the path as the config has it
 * @param path the path without symbolic links
 */
record HostPath(String what, String given, Path path) {
  private static final int FILE_TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  /**
   * Looks a path up.
   *
   * @throws InvalidSandboxException if it is not absolute, does not exist, cannot be reached, or is
   *     where sandboxes have their state
   */
  static HostPath of(String what, String given) {
    if (!given.startsWith("/")) {
      throw new InvalidSandboxException(
          "%s source '%s' is not absolute; write a path that begins with '/'"
              .formatted(what, given));
    }
    try {
      HostPath found = new HostPath(what, given, Path.of(given).toRealPath());
      found.refuseHidden();
      return found;
    } catch (InvalidPathException e) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be named in this JVM's locale; set LANG to one of UTF-8"
              .formatted(what, given),
          e);
    } catch (NoSuchFileException e) {
      throw new InvalidSandboxException(
          "%s source '%s' does not exist on this host; give one that does".formatted(what, given),
          e);
    } catch (IOException e) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be reached: %s; give one that can"
              .formatted(what, given, IoProblem.words(e)),
          e);
    }
  }

  private void refuseHidden() {
    for (Path hidden : List.of(HostDirectories.state(), HostDirectories.cache())) {
      if (path.startsWith(hidden)) {
        throw new InvalidSandboxException(
            "%s source '%s' is in '%s', which holds other sandboxes; choose another"
                .formatted(what, given, hidden));
      }
    }
  }

  /** Refuses what cannot be shared with a machine. */
  HostPath requireDirectory() {
    if (!Files.isDirectory(path)) {
      throw new InvalidSandboxException(
          "%s source '%s' is no directory, and a virtual machine can be given files by virtiofs only (--share virtiofs), and nothing else; give the directory that it is in"
              .formatted(what, given));
    }
    return this;
  }

  /** Refuses what cannot be an image. */
  HostPath requireImage() {
    if (!Files.isRegularFile(path) && !isBlockDevice()) {
      throw new InvalidSandboxException(
          "%s source '%s' is no file; give the file of an image".formatted(what, given));
    }
    if (!Files.isReadable(path)) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be read; give this user the permission".formatted(what, given));
    }
    return this;
  }

  /** Refuses what is no block device. */
  HostPath requireBlockDevice() {
    if (!isBlockDevice()) {
      throw new InvalidSandboxException(
          "%s source '%s' is no block device; give one, or a disk of the type file"
              .formatted(what, given));
    }
    return this;
  }

  private boolean isBlockDevice() {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode");
      return (mode & FILE_TYPE) == BLOCK_DEVICE;
    } catch (IOException e) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be looked at: %s".formatted(what, given, IoProblem.words(e)), e);
    }
  }
}

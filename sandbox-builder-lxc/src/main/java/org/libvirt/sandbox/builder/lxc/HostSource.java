package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.IoProblem;
import org.libvirt.sandbox.config.ImageFormat;

/**
 * A path of the host that a config names, as it is when the sandbox starts.
 *
 * @param what what the config names it for, such as {@code host-bind}
 * @param given the path as the config has it
 * @param path the path without symbolic links: libvirt follows them below another root
 */
record HostSource(String what, String given, Path path) {
  private static final int FILE_TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  /**
   * Looks a path up.
   *
   * @throws InvalidSandboxException if it is not absolute, does not exist, cannot be reached, or is
   *     where sandboxes have their state
   */
  static HostSource of(String what, String given) {
    if (!given.startsWith("/")) {
      throw new InvalidSandboxException(
          "%s source '%s' is not absolute; write a path that begins with '/'"
              .formatted(what, given));
    }
    try {
      Path path = Path.of(given).toRealPath();
      requireText(what, given, path);
      refuseHidden(what, given, path);
      return new HostSource(what, given, path);
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

  /** For libvirt a path is text: one that a link leads to may have bytes that are none. */
  private static void requireText(String what, String given, Path path) {
    if (!path.equals(Path.of(path.toString()))) {
      throw new InvalidSandboxException(
          "%s source '%s' leads to '%s', whose name is no text; rename that"
              .formatted(what, given, path));
    }
  }

  /** Refuses a path of the host, without symbolic links, where sandboxes have their state. */
  static void refuseHidden(String what, String given, Path path) {
    for (Path hidden : List.of(HostDirectories.state(), HostDirectories.cache())) {
      if (path.startsWith(hidden)) {
        throw new InvalidSandboxException(
            "%s source '%s' is in '%s', which holds other sandboxes; choose another"
                .formatted(what, given, hidden));
      }
    }
  }

  boolean isDirectory() {
    return Files.isDirectory(path);
  }

  /**
   * Where libvirt finds it as an image.
   *
   * @throws InvalidSandboxException if it cannot be one
   * @throws HostLacksException if this host cannot give a container an image of this format
   */
  Path image(BuildRequest request, ImageFormat format) {
    requireImage();
    if (format == ImageFormat.RAW) {
      return LoopImage.of(request, path);
    }
    NetworkBlockDevice.require(format);
    return request.libvirtPath().apply(path);
  }

  private void requireImage() {
    if (isDirectory()) {
      throw new InvalidSandboxException(
          "%s source '%s' is a directory; give the file of an image".formatted(what, given));
    }
    if (!Files.isReadable(path)) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be read; give this user the permission".formatted(what, given));
    }
  }

  /**
   * Where libvirt finds it as a block device.
   *
   * @throws InvalidSandboxException if it is none
   */
  Path blockDevice(BuildRequest request) {
    requireBlockDevice();
    return request.libvirtPath().apply(path);
  }

  private void requireBlockDevice() {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode");
      if ((mode & FILE_TYPE) == BLOCK_DEVICE) {
        return;
      }
    } catch (IOException e) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be looked at: %s".formatted(what, given, IoProblem.words(e)), e);
    }
    throw new InvalidSandboxException(
        "%s source '%s' is no block device; give one, or a disk of the type file"
            .formatted(what, given));
  }

  /** Refuses what cannot be copied. */
  void requireCopyable() {
    if (!isDirectory() && !Files.isRegularFile(path)) {
      throw new InvalidSandboxException(
          "%s source '%s' is neither a file nor a directory; give one of these"
              .formatted(what, given));
    }
  }
}

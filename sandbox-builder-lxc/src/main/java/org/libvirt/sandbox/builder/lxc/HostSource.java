package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.InvalidSandboxException;

/**
 * A path of the host that a config names, as it is when the sandbox starts.
 *
 * @param what what the config names it for, such as {@code host-bind}
 * @param given the path as the config has it
 * @param path the path without symbolic links: libvirt follows them below another root
 */
record HostSource(String what, String given, Path path) {
  /**
   * Looks a path up.
   *
   * @throws InvalidSandboxException if it is not absolute, does not exist, or is where sandboxes
   *     have their state
   */
  static HostSource of(String what, String given) {
    if (!given.startsWith("/")) {
      throw new InvalidSandboxException(
          "%s source '%s' is not absolute; write a path that begins with '/'"
              .formatted(what, given));
    }
    try {
      Path path = Path.of(given).toRealPath();
      refuseHidden(what, given, path);
      return new HostSource(what, given, path);
    } catch (InvalidPathException e) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be named in this JVM's locale; set LANG to one of UTF-8"
              .formatted(what, given),
          e);
    } catch (IOException e) {
      throw new InvalidSandboxException(
          "%s source '%s' does not exist on this host, or cannot be reached; give one that does"
              .formatted(what, given),
          e);
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

  /** Refuses what cannot hold an image. */
  void requireImage() {
    if (isDirectory()) {
      throw new InvalidSandboxException(
          "%s source '%s' is a directory; give the file of an image".formatted(what, given));
    }
    if (!Files.isReadable(path)) {
      throw new InvalidSandboxException(
          "%s source '%s' cannot be read; give this user the permission".formatted(what, given));
    }
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

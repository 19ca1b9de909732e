package org.libvirt.sandbox.config;

import java.nio.file.Path;

/**
 * A directory of the host as the root of a sandbox, read-only.
 *
 * @param path an absolute path on the host without {@code ..}, as it was given
 */
public record HostDirectoryRoot(String path) implements Root {
  static final HostDirectoryRoot HOST = new HostDirectoryRoot("/");

  /**
   * Checks the path.
   *
   * @throws IllegalArgumentException if it is not absolute, holds {@code ..}, or a control
   *     character
   */
  public HostDirectoryRoot {
    Text.ofOneLine("root directory", path);
    if (path.isEmpty()) {
      throw new IllegalArgumentException("root directory is empty; write '/', or another one");
    }
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "root directory '%s' is not absolute; write '/%s', or where else it is"
              .formatted(path, path));
    }
    // Taking '..' out of text leads elsewhere where the name before it is a symbolic link.
    if ((path + "/").contains("/../")) {
      throw new IllegalArgumentException(
          "root directory '%s' holds '..'; write its real path".formatted(path));
    }
  }

  /**
   * The directory.
   *
   * @return an absolute path on this host without {@code .} and {@code ..}
   * @throws java.nio.file.InvalidPathException if the JVM's locale cannot name it
   */
  public Path directory() {
    return Path.of(path).normalize();
  }
}

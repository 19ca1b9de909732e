package org.libvirt.sandbox.config;

import java.nio.file.Path;

/**
 * A directory of the host as the root of a sandbox, read-only.
 *
 * @param directory an absolute path without {@code .} and {@code ..}
 */
public record HostDirectoryRoot(Path directory) implements Root {
  static final HostDirectoryRoot HOST = new HostDirectoryRoot(Path.of("/"));

  /**
   * Checks the path, and leaves out what is superfluous in it.
   *
   * @throws IllegalArgumentException if it is not absolute, holds {@code ..}, or a control
   *     character
   */
  public HostDirectoryRoot {
    Text.ofOneLine("root directory", directory.toString());
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException(
          "root directory '%s' is not absolute; write '%s'"
              .formatted(directory, directory.toAbsolutePath().normalize()));
    }
    // Taking '..' out of text leads elsewhere where the name before it is a symbolic link.
    for (Path name : directory) {
      if (name.toString().equals("..")) {
        throw new IllegalArgumentException(
            "root directory '%s' holds '..'; write its real path".formatted(directory));
      }
    }
    directory = directory.normalize();
  }
}

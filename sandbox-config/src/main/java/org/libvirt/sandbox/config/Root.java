package org.libvirt.sandbox.config;

import java.nio.file.Path;

/** What a sandbox sees as its root directory. */
public sealed interface Root permits HostDirectoryRoot {
  /**
   * The host's own root directory, read-only; the default.
   *
   * @return a root
   */
  static Root host() {
    return HostDirectoryRoot.HOST;
  }

  /**
   * A directory of the host, read-only.
   *
   * @param directory an absolute path without {@code ..}, not checked for existence here
   * @return a root
   * @throws IllegalArgumentException if the path is not absolute, holds {@code ..}, or a control
   *     character
   */
  static Root directory(Path directory) {
    return new HostDirectoryRoot(directory.toString());
  }
}

package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mount of this process's mount namespace, as {@code /proc/self/mountinfo} tells it (proc(5)).
 *
 * @param point where it is mounted
 * @param device the file system's device, {@code major:minor}
 * @param root the directory of the file system that is mounted, as a path within it
 * @param flags the mount's own options, such as {@code ro}, {@code nosuid}, {@code noexec}
 */
public record HostMount(Path point, String device, Path root, Set<String> flags) {
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /** Copies the flags. */
  public HostMount {
    flags = Set.copyOf(flags);
  }

  /**
   * All mounts, each before those on top of it.
   *
   * @return the mounts in the kernel's order
   * @throws IOException if the kernel's list cannot be read
   */
  static List<HostMount> readAll() throws IOException {
    List<HostMount> mounts = new ArrayList<>();
    for (String line : Files.readAllLines(MOUNTINFO)) {
      mounts.add(parse(line));
    }
    return List.copyOf(mounts);
  }

  /** Reads {@code ID PARENT DEVICE ROOT POINT FLAGS …}. */
  static HostMount parse(String line) {
    List<String> fields = Splitter.on(' ').splitToList(line);
    return new HostMount(
        Path.of(unescape(fields.get(4))),
        fields.get(2),
        Path.of(unescape(fields.get(3))),
        Set.copyOf(Splitter.on(',').splitToList(fields.get(5))));
  }

  /**
   * The mount that a path lies on.
   *
   * @param mounts all mounts
   * @param path an absolute path without symbolic links
   * @return the uppermost mount at the longest mount point above the path
   */
  static Optional<HostMount> holding(List<HostMount> mounts, Path path) {
    HostMount found = null;
    for (HostMount mount : mounts) {
      if (path.startsWith(mount.point)
          && (found == null || mount.point.getNameCount() >= found.point.getNameCount())) {
        found = mount;
      }
    }
    return Optional.ofNullable(found);
  }

  /** The kernel writes blank, tab, newline and backslash as a backslash and three octal digits. */
  private static String unescape(String text) {
    int at = text.indexOf('\\');
    if (at < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 3 < text.length()) {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }
}

package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
    return readOf(MOUNTINFO);
  }

  /** The mounts of a process, by its {@code mountinfo}. */
  static List<HostMount> readOf(Path mountinfo) throws IOException {
    List<HostMount> mounts = new ArrayList<>();
    // a name is any bytes, and no line of text
    for (String line : Files.readAllLines(mountinfo, StandardCharsets.ISO_8859_1)) {
      mounts.add(parse(line));
    }
    return List.copyOf(mounts);
  }

  /** Reads {@code ID PARENT DEVICE ROOT POINT FLAGS …}. */
  static HostMount parse(String line) {
    List<String> fields = Splitter.on(' ').splitToList(line);
    return new HostMount(
        RawPath.of(unescape(fields.get(4))),
        fields.get(2),
        pathOf(fields.get(3)),
        Set.copyOf(Splitter.on(',').splitToList(fields.get(5))));
  }

  /** Of what is no directory tree, such as a namespace, the kernel writes no path. */
  private static Path pathOf(String root) {
    return RawPath.of(root.startsWith("/") ? unescape(root) : "/");
  }

  /**
   * The names by which these mounts show what a mount shows under a path. The mount need not be one
   * of them: it may be of another mount namespace.
   *
   * @param mounts all mounts
   * @param path a path at or below this mount's point
   * @return the paths, whether anything exists there or not, the given one possibly among them
   */
  List<Path> aliases(List<HostMount> mounts, Path path) {
    Path inFileSystem = root.resolve(point.relativize(path));
    List<Path> aliases = new ArrayList<>();
    for (HostMount mount : mounts) {
      if (mount.device.equals(device) && inFileSystem.startsWith(mount.root)) {
        Path alias = mount.point.resolve(mount.root.relativize(inFileSystem));
        if (holding(mounts, alias).filter(mount::equals).isPresent()) {
          aliases.add(alias);
        }
      }
    }
    return aliases;
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

package org.libvirt.sandbox.context;

import com.google.common.base.Splitter;
import com.google.common.collect.Streams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where this process sees the cgroups that count processes: the hierarchy of version 1 that has the
 * pids controller, or else that of version 2.
 *
 * @param mount where it is mounted
 * @param root the cgroup that is seen there
 * @param isUnified whether it is that of version 2
 */
record PidsHierarchy(Path mount, Path root, boolean isUnified) {
  private static final String CONTROLLER = "pids";

  /** Finds it in the lines of a mountinfo, proc(5). */
  static Optional<PidsHierarchy> find(List<String> mountinfo) {
    Optional<PidsHierarchy> unified = Optional.empty();
    for (String line : mountinfo) {
      int tail = line.indexOf(" - cgroup");
      if (tail < 0) {
        continue;
      }
      List<String> mount = Splitter.on(' ').splitToList(line.substring(0, tail));
      List<String> kind = Splitter.on(' ').splitToList(line.substring(tail + " - ".length()));
      boolean isUnified = kind.get(0).equals("cgroup2");
      if (!isUnified && !names(kind.get(kind.size() - 1)).contains(CONTROLLER)) {
        continue;
      }
      var found = new PidsHierarchy(Path.of(mount.get(4)), Path.of(mount.get(3)), isUnified);
      if (!isUnified) {
        return Optional.of(found);
      }
      unified = Optional.of(found);
    }
    return unified;
  }

  /** That of this host. */
  static Optional<PidsHierarchy> ofHost() throws IOException {
    return find(lines(Path.of("/proc/self/mountinfo")));
  }

  /** The cgroup of a process. */
  Optional<Path> groupOf(long pid) throws IOException {
    return groupOf(Path.of("/proc", Long.toString(pid)));
  }

  /**
   * The cgroup of a process or thread.
   *
   * @param task its directory in /proc
   */
  Optional<Path> groupOf(Path task) throws IOException {
    return groupIn(lines(task.resolve("cgroup")));
  }

  /** The cgroup that the lines of a process's cgroup file name, if it is seen at the mount. */
  Optional<Path> groupIn(List<String> cgroups) {
    for (String line : cgroups) {
      List<String> fields = Splitter.on(':').limit(3).splitToList(line);
      boolean isThis =
          isUnified ? fields.get(1).isEmpty() : names(fields.get(1)).contains(CONTROLLER);
      if (isThis) {
        Path group = Path.of(fields.get(2));
        return group.startsWith(root) && !isOutside(group)
            ? Optional.of(mount.resolve(root.relativize(group)))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** In a cgroup namespace, what is not below its root is told by way of the root's parents. */
  private static boolean isOutside(Path group) {
    return Streams.stream(group).anyMatch(name -> name.toString().equals(".."));
  }

  private static List<String> names(String text) {
    return Splitter.on(',').splitToList(text);
  }

  private static List<String> lines(Path file) throws IOException {
    // a name is any bytes, and no line of text
    return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
  }
}

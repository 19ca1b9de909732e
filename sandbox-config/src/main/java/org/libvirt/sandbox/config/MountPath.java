package org.libvirt.sandbox.config;

import java.util.ArrayList;
import java.util.List;

/** The paths of mounts. They are kept as they are written: a file is saved as it was loaded. */
final class MountPath {
  private MountPath() {}

  /** Refuses what is no place for a mount. */
  static void checkTarget(String target) {
    Text.ofOneLine("mount target", target);
    if (target.isEmpty()) {
      throw new IllegalArgumentException("mount target is empty; write a path, such as '/srv'");
    }
    if (!target.startsWith("/")) {
      throw new IllegalArgumentException(
          "mount target '%s' is not absolute; write '/%s'".formatted(target, target));
    }
  }

  /** Refuses what is no source, but an empty one. Whether it exists is asked at the start. */
  static void checkSource(String kind, String source) {
    Text.ofOneLine(kind + " source", source);
  }

  /** Refuses what is no source, and an empty one. */
  static void checkRequiredSource(String kind, String source) {
    checkSource(kind, source);
    if (source.isEmpty()) {
      throw new IllegalArgumentException(
          kind + " source is empty; write a path, such as '/srv/data'");
    }
  }

  /** The names of a path, without what leads nowhere: empty ones and {@code .}. */
  static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names;
  }

  /** Whether a path is a directory's or lies below it, name by name. */
  static boolean isBelow(String path, String directory) {
    List<String> names = names(path);
    List<String> above = names(directory);
    return names.size() >= above.size() && names.subList(0, above.size()).equals(above);
  }

  /** What follows a directory in the text of a path that {@link #isBelow} it. */
  static String below(String path, String directory) {
    int start = 0;
    for (String name : names(directory)) {
      start = path.indexOf(name, startOfName(path, start)) + name.length();
    }
    return path.substring(start);
  }

  private static int startOfName(String path, int from) {
    int start = from;
    while (path.startsWith("/", start) || path.startsWith("./", start)) {
      start++;
    }
    return start;
  }
}

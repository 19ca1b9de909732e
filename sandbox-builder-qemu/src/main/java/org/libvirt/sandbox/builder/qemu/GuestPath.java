package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.Splitter;
import java.util.List;
import org.libvirt.sandbox.InvalidSandboxException;

/**
 * A path in a machine by the names on its way; it is not known where symbolic links lead there.
 *
 * @param names none of them empty, {@code .} or {@code ..}
 */
record GuestPath(List<String> names) {
  GuestPath {
    names = List.copyOf(names);
  }

  /**
   * A path of its text.
   *
   * @throws InvalidSandboxException if it goes up
   */
  static GuestPath of(String path) {
    List<String> names =
        Splitter.on('/')
            .omitEmptyStrings()
            .splitToStream(path)
            .filter(name -> !name.equals("."))
            .toList();
    if (names.contains("..")) {
      throw new InvalidSandboxException(
          "mount target '%s' goes up by '..'; write the path without it".formatted(path));
    }
    return new GuestPath(names);
  }

  boolean isRoot() {
    return names.isEmpty();
  }

  /** Whether a path is this one or lies below it. */
  boolean holds(String path) {
    List<String> other = of(path).names;
    return other.size() >= names.size() && other.subList(0, names.size()).equals(names);
  }

  /** What of a path, which this one holds, lies below it. */
  GuestPath below(String path) {
    return new GuestPath(of(path).names.subList(names.size(), of(path).names.size()));
  }

  @Override
  public String toString() {
    return "/" + String.join("/", names);
  }
}

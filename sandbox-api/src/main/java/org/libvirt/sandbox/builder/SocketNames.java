package org.libvirt.sandbox.builder;

import com.google.common.collect.LinkedHashMultimap;
import com.google.common.collect.SetMultimap;
import java.util.Collection;
import java.util.Map;

/**
 * The names of a network namespace's sockets, by their directories: a sandbox can have tens of
 * thousands of sockets, and where there is no such directory none of its names is tried.
 */
final class SocketNames {
  private final SetMultimap<String, String> absolute = LinkedHashMultimap.create();
  private final SetMultimap<String, String> relative = LinkedHashMultimap.create();
  private boolean someAreUnresolved;

  /** Adds one of which this process's own view says where it lies. */
  void add(SocketName name) {
    (name.isAbsolute() ? absolute : relative).put(name.directory(), name.last());
  }

  /** Adds one that says nothing by itself. */
  void addUnresolved(SocketName name) {
    add(name);
    someAreUnresolved = true;
  }

  boolean areNone() {
    return absolute.isEmpty() && relative.isEmpty();
  }

  /** Whether some say nothing by themselves: they are relative, or lead nowhere. */
  boolean someAreUnresolved() {
    return someAreUnresolved;
  }

  /** By their directories, each with a slash at its end. */
  Map<String, Collection<String>> absolute() {
    return absolute.asMap();
  }

  /** By their directories, each empty or with a slash at its end. */
  Map<String, Collection<String>> relative() {
    return relative.asMap();
  }
}

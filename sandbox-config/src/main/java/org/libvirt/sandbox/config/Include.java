package org.libvirt.sandbox.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file or directory of the host that is copied into a mount of a sandbox. The copy belongs to the
 * sandbox: it goes with it, and what the program does to it does not reach the source.
 *
 * @param destination where the copy stands, a path below the mount's target that may begin with
 *     {@code /}; empty for the target itself, whose content a directory then becomes
 * @param source the path on the host, which is looked at when the sandbox starts
 */
public record Include(String destination, String source) {
  /**
   * Checks the paths.
   *
   * @throws IllegalArgumentException if one holds a control character, or the destination a {@code
   *     ..}
   */
  public Include {
    Text.ofOneLine("include destination", destination);
    Text.ofOneLine("include source", source);
    if (("/" + destination + "/").contains("/../")) {
      throw new IllegalArgumentException(
          "include destination '%s' holds '..'; write the path without it".formatted(destination));
    }
  }

  /** A list of includes with one more; a destination that is in it gets the new source. */
  static List<Include> added(List<Include> includes, Include added) {
    List<Include> all = new ArrayList<>(includes);
    all.add(added);
    return distinct(all);
  }

  /** A list of includes in which each destination occurs once: the later source counts. */
  static List<Include> distinct(List<Include> includes) {
    Map<String, Include> distinct = new LinkedHashMap<>();
    includes.forEach(include -> distinct.put(include.destination, include));
    return List.copyOf(distinct.values());
  }
}

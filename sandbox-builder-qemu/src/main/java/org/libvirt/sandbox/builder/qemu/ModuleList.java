package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ListMultimap;
import java.util.List;
import java.util.Set;

/**
 * The file {@code modules} of an initial RAM disk, which docs/boot.md defines: which files of it
 * the init loads for which group of modules, in which order, and what a group lacks.
 *
 * @param files from a group to the names of its files, first to last
 * @param missing from a group to the names of the modules that this kernel has not
 * @param groups the names of all groups, those without files too
 */
record ModuleList(
    Set<String> groups, ListMultimap<String, String> files, ListMultimap<String, String> missing) {
  private static final String GROUP = "group";
  private static final String LOAD = "load";
  private static final String LACK = "lack";

  ModuleList {
    groups = ImmutableSet.copyOf(groups);
    files = ImmutableListMultimap.copyOf(files);
    missing = ImmutableListMultimap.copyOf(missing);
  }

  /** The groups of which nothing is missing. */
  Set<String> complete() {
    return groups.stream()
        .filter(group -> !missing.containsKey(group))
        .collect(ImmutableSet.toImmutableSet());
  }

  /** The list as text. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (String group : groups) {
      line(text, GROUP, group);
      files.get(group).forEach(file -> line(text, LOAD, file));
      missing.get(group).forEach(module -> line(text, LACK, module));
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String word, String name) {
    text.append(word).append(' ').append(name).append('\n');
  }

  /**
   * A list out of its text.
   *
   * @throws IllegalArgumentException if the text is no such list
   */
  static ModuleList parse(String text) {
    var groups = ImmutableSet.<String>builder();
    var files = ImmutableListMultimap.<String, String>builder();
    var missing = ImmutableListMultimap.<String, String>builder();
    String group = "";
    for (String line : Splitter.on('\n').omitEmptyStrings().split(text)) {
      List<String> words = ImmutableList.copyOf(Splitter.on(' ').limit(2).split(line));
      String name = words.get(words.size() - 1);
      switch (words.get(0)) {
        case GROUP -> {
          group = name;
          groups.add(group);
        }
        case LOAD -> files.put(group, name);
        case LACK -> missing.put(group, name);
        default -> throw new IllegalArgumentException("a module list has the line '" + line + "'");
      }
    }
    return new ModuleList(groups.build(), files.build(), missing.build());
  }
}

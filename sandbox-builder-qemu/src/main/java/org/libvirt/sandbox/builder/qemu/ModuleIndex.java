package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.base.Splitter;
import com.google.common.collect.Lists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * What {@code depmod} wrote down of the modules of one kernel: which there are, which are built in,
 * and which need which. Names with {@code -} and {@code _} are the same.
 */
final class ModuleIndex {
  /** The files that it is read from, of which only the first must be there. */
  static final List<String> FILES =
      List.of("modules.dep", "modules.builtin", "modules.softdep", "modules.alias");

  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings().trimResults();

  private final Path directory;

  /** From a module's name to its line in modules.dep. */
  private final Map<String, Line> lines = new HashMap<>();

  private final Set<String> builtIn = new HashSet<>();
  private final Map<String, List<String>> preferred = new HashMap<>();
  private @Nullable Map<String, String> aliases;

  /** A module's file and what it needs, as modules.dep has them: paths in the directory. */
  record Line(String path, String needs) {
    /** In the order in which they must be loaded, which is the reverse of that in the file. */
    List<String> dependencies() {
      return Lists.reverse(WORDS.splitToList(needs));
    }
  }

  private ModuleIndex(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads the index of a directory of modules.
   *
   * @param directory that of one release, such as {@code /lib/modules/6.1.0-56-amd64}
   * @throws HostLacksException if there is none, or it is not what depmod writes
   */
  static ModuleIndex read(Path directory) {
    ModuleIndex index = new ModuleIndex(directory);
    index.readDependencies();
    for (String path : index.optionalLines("modules.builtin")) {
      index.builtIn.add(nameOfFile(path));
    }
    for (String line : index.optionalLines("modules.softdep")) {
      index.readPreferred(line);
    }
    return index;
  }

  /**
   * The name of a module.
   *
   * @param text as people write it
   * @return as the kernel writes it
   */
  static String name(String text) {
    return text.replace('-', '_');
  }

  /**
   * The name of the module in a file.
   *
   * @param path such as {@code kernel/fs/9p/9p.ko.xz}
   */
  static String nameOfFile(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    int suffix = file.indexOf(".ko");
    return name(suffix < 0 ? file : file.substring(0, suffix));
  }

  private void readDependencies() {
    Path file = directory.resolve("modules.dep");
    try {
      for (String line : Files.readAllLines(file, ISO_8859_1)) {
        readDependency(file, line);
      }
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot read the list of kernel modules, %s; install the kernel's package, or run 'depmod %s'"
              .formatted(IoProblem.words(e), directory.getFileName()),
          e);
    }
  }

  private void readDependency(Path file, String line) {
    if (line.isBlank()) {
      return;
    }
    int colon = line.indexOf(':');
    if (colon <= 0) {
      throw new HostLacksException(
          "%s has the line '%s', which names no module; run 'depmod %s'"
              .formatted(file, shortened(line), directory.getFileName()));
    }
    String path = line.substring(0, colon);
    lines.putIfAbsent(nameOfFile(path), new Line(path, line.substring(colon + 1)));
  }

  static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  /** {@code softdep ext4 pre: crc32c post: other}: what a module asks for by a name at run time. */
  private void readPreferred(String line) {
    List<String> words = WORDS.splitToList(line);
    int start = words.indexOf("pre:");
    if (words.size() < 4 || !words.get(0).equals("softdep") || start < 0) {
      return;
    }
    int end = words.indexOf("post:");
    preferred
        .computeIfAbsent(name(words.get(1)), module -> new ArrayList<>())
        .addAll(words.subList(start + 1, end > start ? end : words.size()));
  }

  private List<String> optionalLines(String name) {
    Path file = directory.resolve(name);
    try {
      return Files.exists(file) ? Files.readAllLines(file, ISO_8859_1) : List.of();
    } catch (IOException e) {
      throw new HostLacksException("cannot read kernel modules' " + IoProblem.words(e), e);
    }
  }

  /** The line of a module; empty if it has no file. */
  Optional<Line> line(String name) {
    return Optional.ofNullable(lines.get(name(name)));
  }

  /** Whether the kernel holds a module itself. */
  boolean isBuiltIn(String name) {
    return builtIn.contains(name(name));
  }

  /** What a module would like to be loaded before it, by names or aliases. */
  List<String> preferredBy(String name) {
    return preferred.getOrDefault(name(name), List.of());
  }

  /**
   * The module behind a name that may be an alias.
   *
   * @return empty if nothing that has a file goes by it
   */
  Optional<String> behind(String alias) {
    if (lines.containsKey(name(alias))) {
      return Optional.of(name(alias));
    }
    if (aliases == null) {
      aliases = readAliases();
    }
    return Optional.ofNullable(aliases.get(name(alias)));
  }

  /** Of several modules behind an alias the one that needs no special processor. */
  private Map<String, String> readAliases() {
    Map<String, String> found = new HashMap<>();
    for (String line : optionalLines("modules.alias")) {
      List<String> words = WORDS.splitToList(line);
      if (words.size() == 3 && words.get(0).equals("alias") && words.get(1).indexOf('*') < 0) {
        String module = name(words.get(2));
        found.merge(
            name(words.get(1)),
            module,
            (first, other) -> other.endsWith("_generic") ? other : first);
      }
    }
    return found;
  }

  /** The directory that the paths are in. */
  Path directory() {
    return directory;
  }

  /**
   * The file of a module.
   *
   * @param path as modules.dep has it
   * @throws HostLacksException if the path leads out of the directory
   */
  Path file(String path) {
    if (path.startsWith("/") || Splitter.on('/').splitToList(path).contains("..")) {
      throw new HostLacksException(
          "%s names '%s', which is outside of that directory; run 'depmod %s'"
              .formatted(
                  directory.resolve("modules.dep"), shortened(path), directory.getFileName()));
    }
    return directory.resolve(path);
  }
}

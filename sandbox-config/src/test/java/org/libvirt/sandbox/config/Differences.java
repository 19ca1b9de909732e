package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.util.diff.DiffUtils;

/**
 * Where this library differs from libvirt-sandbox 0.8.0 on purpose, as a list that people read: a
 * name at the start of a line, and indented below it the reason, then {@code !} and what is
 * refused, or the lines of the original's text with {@code -} and ours with {@code +}. Lines of
 * {@code #} and empty ones are for the reader.
 */
final class Differences {
  /** One difference: what is refused, or which lines of the text are others. */
  record Difference(String reason, Optional<String> refused, List<String> lines) {}

  private final Map<String, Difference> all = new LinkedHashMap<>();

  static Differences read(String resource) throws IOException {
    Differences differences = new Differences();
    List<String> entry = new ArrayList<>();
    for (String line : Files.readAllLines(Recorded.path(resource), UTF_8)) {
      if (line.startsWith("#") || line.isEmpty()) {
        continue;
      }
      if (!line.startsWith("  ")) {
        differences.add(entry);
        entry = new ArrayList<>();
      }
      entry.add(line);
    }
    differences.add(entry);
    return differences;
  }

  private void add(List<String> entry) {
    if (entry.isEmpty()) {
      return;
    }
    if (entry.size() < 2 || entry.get(1).matches("  [-+!].*") || all.containsKey(entry.get(0))) {
      throw new IllegalStateException("no reason for, or a second " + entry.get(0));
    }
    List<String> indented = entry.stream().skip(2).map(line -> line.substring(2)).toList();
    all.put(
        entry.get(0),
        new Difference(
            entry.get(1).strip(),
            indented.stream()
                .filter(line -> line.startsWith("! "))
                .map(line -> line.substring(2))
                .findFirst(),
            indented.stream().filter(line -> !line.startsWith("!")).toList()));
  }

  Set<String> names() {
    return all.keySet();
  }

  Optional<Difference> of(String name) {
    return Optional.ofNullable(all.get(name));
  }

  /** What {@link Difference#lines()} would be for two texts. */
  static List<String> between(String original, String ours) {
    List<String> lines = new ArrayList<>();
    DiffUtils.diff(original.lines().toList(), ours.lines().toList())
        .getDeltas()
        .forEach(
            delta -> {
              delta.getOriginal().getLines().forEach(line -> lines.add("- " + line));
              delta.getRevised().getLines().forEach(line -> lines.add("+ " + line));
            });
    lines.removeIf(line -> line.length() == 2); // between groups
    return lines;
  }
}

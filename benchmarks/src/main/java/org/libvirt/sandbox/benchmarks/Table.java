package org.libvirt.sandbox.benchmarks;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of one kind, a row for each subject, in the order in which the subjects came. */
final class Table {
  private final String title;
  private final String unit;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  /**
   * An empty one.
   *
   * @param title what is measured, without a full stop
   * @param unit of all figures; empty for a ratio
   */
  Table(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  /** Keeps a row's place for a subject. */
  void expect(String subject) {
    figures.computeIfAbsent(subject, name -> new ArrayList<>());
  }

  void add(String subject, double figure) {
    checkArgument(Double.isFinite(figure), "%s: %s is no figure", subject, figure);
    figures.computeIfAbsent(subject, name -> new ArrayList<>()).add(figure);
  }

  /** Says that a subject could not be measured here, and why. */
  void addMissing(String subject, String reason) {
    missing.put(subject, reason);
  }

  /** What has been measured. */
  Map<String, Sample> samples() {
    Map<String, Sample> samples = new LinkedHashMap<>();
    figures.forEach(
        (subject, values) -> {
          if (!values.isEmpty()) {
            samples.put(subject, new Sample(values));
          }
        });
    return samples;
  }

  /** As Markdown, with its title above. */
  String toMarkdown() {
    StringBuilder text = new StringBuilder("**").append(title).append("**");
    if (!unit.isEmpty()) {
      text.append(", ").append(unit);
    }
    text.append("\n\n| | median | quartiles | least to most | n |\n|---|---|---|---|---|\n");
    samples().forEach((subject, sample) -> text.append(row(subject, sample)));
    missing.forEach(
        (subject, reason) ->
            text.append("| %s | missing: %s | | | 0 |\n".formatted(cell(subject), reason)));
    return text.toString();
  }

  private static String row(String subject, Sample sample) {
    return "| %s | %s | %s to %s | %s to %s | %d |\n"
        .formatted(
            cell(subject),
            Sample.print(sample.median()),
            Sample.print(sample.lowerQuartile()),
            Sample.print(sample.upperQuartile()),
            Sample.print(sample.least()),
            Sample.print(sample.most()),
            sample.count());
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}

package org.libvirt.sandbox.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What was measured of one subject, as often as it was measured.
 *
 * @param values in the order of their size, at least one
 */
record Sample(List<Double> values) {
  Sample {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    values = values.stream().sorted().toList();
  }

  double median() {
    return quantile(0.5);
  }

  double lowerQuartile() {
    return quantile(0.25);
  }

  double upperQuartile() {
    return quantile(0.75);
  }

  double least() {
    return values.get(0);
  }

  double most() {
    return values.get(values.size() - 1);
  }

  int count() {
    return values.size();
  }

  /** Between two values in proportion, as most tools of statistics do. */
  private double quantile(double share) {
    double place = share * (values.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, values.size() - 1);
    return values.get(below) + (place - below) * (values.get(above) - values.get(below));
  }

  /** A figure with three digits that count, or all of those before the point. */
  static String print(double figure) {
    double size = Math.abs(figure);
    int digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", figure);
  }
}

package org.libvirt.sandbox.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Subjects that are measured by turns, so that what disturbs the machine disturbs all of them.
 * Every other turn goes backwards, as each subject leaves the next one its caches and its load.
 */
final class Turns {
  /** Measures one subject once. */
  interface Measurement {
    /**
     * One figure.
     *
     * @throws Exception if it cannot be had
     */
    double take() throws Exception;
  }

  private final Map<String, Measurement> subjects = new LinkedHashMap<>();

  Turns add(String subject, Measurement measurement) {
    subjects.put(subject, measurement);
    return this;
  }

  /**
   * Measures all.
   *
   * @param warmUp how many turns are thrown away first
   * @param runs how many turns count
   * @param table for the figures
   */
  void run(int warmUp, int runs, Table table) throws Exception {
    List<String> order = new ArrayList<>(subjects.keySet());
    subjects.keySet().forEach(table::expect);
    for (int turn = -warmUp; turn < runs; turn++) {
      for (String subject : order) {
        double figure = requireNonNull(subjects.get(subject)).take();
        if (turn >= 0) {
          table.add(subject, figure);
        }
      }
      Collections.reverse(order);
    }
  }
}

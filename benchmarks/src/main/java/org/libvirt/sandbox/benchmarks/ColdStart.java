package org.libvirt.sandbox.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long {@code virt-sandbox -- /bin/true} takes from its command line to its end, beside other
 * commands that run a program in a sandbox on the host's files; and when its own stages come.
 */
final class ColdStart {
  private static final int WARM_UP = 2;

  private ColdStart() {}

  /**
   * Runs all commands by turns.
   *
   * @param command the path of {@code virt-sandbox}
   */
  static List<Table> measure(Path command, int runs) throws Exception {
    Table whole =
        new Table("A command line that runs a program which does nothing, to its end", "ms");
    Peer ours = new Peer("virt-sandbox -- " + Peer.PROGRAM, List.of(command.toString(), "--"));
    Turns turns = new Turns();
    Peer.addAll(List.of(ours, Peer.NSPAWN, Peer.BUBBLEWRAP, Peer.UNSHARE), turns, whole);
    turns.run(WARM_UP, runs, whole);
    return List.of(whole, allStages(command, runs));
  }

  /** Only those of every run: a warning comes once, and looks the same. */
  private static Table allStages(Path command, int runs) throws IOException, InterruptedException {
    Table table = new Table("The stages of virt-sandbox --verbose", "ms after its start");
    Map<String, List<Double>> all = new LinkedHashMap<>();
    for (int i = 0; i < runs; i++) {
      stages(command)
          .forEach(
              (stage, millis) -> all.computeIfAbsent(stage, name -> new ArrayList<>()).add(millis));
    }
    all.values().removeIf(millis -> millis.size() < runs);
    all.forEach((stage, millis) -> millis.forEach(each -> table.add(stage, each)));
    return table;
  }

  private static Map<String, Double> stages(Path command) throws IOException, InterruptedException {
    Map<String, Double> stages = new LinkedHashMap<>();
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command.toString(), "--verbose", "--", Peer.PROGRAM)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try (BufferedReader lines = process.errorReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        stages.put(stage(line), (System.nanoTime() - start) / 1e6);
      }
    }
    process.waitFor();
    stages.put("ended", (System.nanoTime() - start) / 1e6);
    return stages;
  }

  /** What follows the last colon: before it stand times and names that are different each run. */
  private static String stage(String line) {
    return line.substring(line.lastIndexOf(": ") + 2);
  }
}

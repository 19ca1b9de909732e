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
  private static final String PROGRAM = "/bin/true";

  private ColdStart() {}

  /**
   * Runs all commands by turns, and prints.
   *
   * @param command the path of {@code virt-sandbox}
   */
  static void measure(Path command, int runs) throws IOException, InterruptedException {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put("virt-sandbox", List.of(command.toString(), "--", PROGRAM));
    commands.put(
        "systemd-nspawn -D / --volatile=yes",
        List.of(
            "systemd-nspawn",
            "-q",
            "--register=no",
            "--keep-unit",
            "-D",
            "/",
            "--volatile=yes",
            PROGRAM));
    commands.put(
        "bwrap --ro-bind / / --unshare-all",
        List.of("bwrap", "--ro-bind", "/", "/", "--unshare-all", PROGRAM));
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int i = -2; i < runs; i++) {
      for (var entry : commands.entrySet()) {
        double millis = run(entry.getValue());
        if (i >= 0) {
          times.computeIfAbsent(entry.getKey(), name -> new ArrayList<>()).add(millis);
        }
      }
    }
    System.out.printf("%d runs of each, by turns, ms%n", runs);
    times.forEach(Benchmarks::print);
    System.out.println("the stages of virt-sandbox --verbose, ms after its start");
    stages(command, runs).forEach(Benchmarks::print);
  }

  private static double run(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int status = process.waitFor();
    double millis = (System.nanoTime() - start) / 1e6;
    if (status != 0) {
      throw new IOException(command + " ended with " + status);
    }
    return millis;
  }

  private static Map<String, List<Double>> stages(Path command, int runs)
      throws IOException, InterruptedException {
    Map<String, List<Double>> stages = new LinkedHashMap<>();
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command.toString(), "--verbose", "--", PROGRAM)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      try (BufferedReader lines = process.errorReader()) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          double millis = (System.nanoTime() - start) / 1e6;
          stages.computeIfAbsent(stage(line), name -> new ArrayList<>()).add(millis);
        }
      }
      process.waitFor();
      stages
          .computeIfAbsent("ended", name -> new ArrayList<>())
          .add((System.nanoTime() - start) / 1e6);
    }
    stages.values().removeIf(times -> times.size() < runs);
    return stages;
  }

  /** What follows the last colon: before it stand times and names that are different each run. */
  private static String stage(String line) {
    return line.substring(line.lastIndexOf(": ") + 2);
  }
}

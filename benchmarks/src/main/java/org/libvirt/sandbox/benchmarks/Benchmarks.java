package org.libvirt.sandbox.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;

/** All measurements, or one part of them. */
public final class Benchmarks {
  private static final int RUNS = 30;
  private static final int MACHINE_RUNS = 30;
  private static final int MOST = 300;

  private final Path project;

  private Benchmarks(Path project) {
    this.project = project;
  }

  /**
   * Measures and prints; {@code all}, {@code containers} and {@code machine} also write what they
   * have measured into docs/performance.md.
   *
   * @param arguments the project's directory, the part's name, and the number of runs, which may be
   *     missing
   * @throws Exception if something cannot be measured
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("usage: PROJECT PART [RUNS]; start benchmarks/run");
    }
    Benchmarks benchmarks = new Benchmarks(Path.of(arguments[0]));
    int runs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
    switch (arguments[1]) {
      case "all" -> {
        benchmarks.containers(RUNS);
        benchmarks.machine(MACHINE_RUNS);
      }
      case "containers" -> benchmarks.containers(runs > 0 ? runs : RUNS);
      case "machine" -> benchmarks.machine(runs > 0 ? runs : MACHINE_RUNS);
      default -> benchmarks.part(arguments[1], runs > 0 ? runs : RUNS);
    }
  }

  private void containers(int runs) throws Exception {
    Report report = new Report("performance", introduction("%d runs of each".formatted(runs)));
    report.addPlotted(1, cold(runs));
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      report.addPlotted(3, Starts.measure(connection, runs));
      report.addPlotted(1, Crowd.measure(connection, runs));
      report.addPlotted(4, Streams.measure(connection, runs));
      report.addPlotted(1, Growth.measure(connection, Math.min(MOST, runs * 10)));
    }
    report.add(XmlBenchmark.measure());
    report.write(document());
  }

  private void machine(int runs) throws Exception {
    Report report =
        new Report("performance-machine", introduction("%d runs of each".formatted(runs)));
    Path source = project.resolve("benchmarks/src/main/c/bare-init.c");
    report.addPlotted(1, MachineStart.measure(source, runs));
    report.write(document());
  }

  private void part(String name, int runs) throws Exception {
    List<Table> tables;
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      tables =
          switch (name) {
            case "cold" -> cold(runs);
            case "starts" -> Starts.measure(connection, runs);
            case "crowd" -> Crowd.measure(connection, runs);
            case "streams" -> Streams.measure(connection, runs);
            case "growth" -> Growth.measure(connection, Math.min(MOST, runs * 10));
            case "xml" -> XmlBenchmark.measure();
            default ->
                throw new IllegalArgumentException(
                    "no part '%s'; there are all, containers, machine, cold, starts, crowd, streams, growth and xml"
                        .formatted(name));
          };
    }
    tables.forEach(table -> System.out.println(table.toMarkdown()));
  }

  private List<Table> cold(int runs) throws Exception {
    return ColdStart.measure(project.resolve("bin/virt-sandbox"), runs);
  }

  private Path document() {
    return project.resolve("docs/performance.md");
  }

  private static String introduction(String runs) throws Exception {
    return """
        %s. %s by turns, every other turn backwards, after warm-up runs that do not count. The lines
        in the picture are quartiles, the dots the least and the most."""
        .formatted(HostDescription.ofThisHost(), runs);
  }
}

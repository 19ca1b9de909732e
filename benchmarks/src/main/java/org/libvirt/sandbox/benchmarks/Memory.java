package org.libvirt.sandbox.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of a process, in KiB.
 *
 * @param resident all that is in it
 * @param proportional its part of what it shares, and its own
 * @param own what would be free without it
 */
record Memory(long resident, long proportional, long own) {
  /** Of a process that runs. */
  static Memory of(long pid) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps_rollup"));
    return new Memory(
        field(lines, "Rss:"),
        field(lines, "Pss:"),
        field(lines, "Private_Clean:") + field(lines, "Private_Dirty:"));
  }

  private static long field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).replace("kB", "").strip()))
        .findFirst()
        .orElseThrow();
  }

  /** Bytes of this JVM's heap that are in use after a collection. */
  static long heap() {
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

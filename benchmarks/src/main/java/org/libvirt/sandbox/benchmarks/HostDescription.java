package org.libvirt.sandbox.benchmarks;

import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the figures were measured on, in a sentence. */
final class HostDescription {
  private HostDescription() {}

  static String ofThisHost() throws IOException, InterruptedException {
    return "%d cores (%s), %s of memory, %s, Linux %s, Java %s, %s, %s, %s; load %s before"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            field(Path.of("/proc/cpuinfo"), "model name"),
            memory(),
            field(Path.of("/etc/os-release"), "PRETTY_NAME").replace("\"", ""),
            System.getProperty("os.version"),
            System.getProperty("java.version"),
            version("libvirtd", "--version"),
            version("bwrap", "--version"),
            version("systemd-nspawn", "--version"),
            Splitter.on(' ').splitToList(Files.readString(Path.of("/proc/loadavg"))).get(0));
  }

  private static String memory() throws IOException {
    String kibibytes = field(Path.of("/proc/meminfo"), "MemTotal").replace(" kB", "");
    return Math.round(Long.parseLong(kibibytes) / 1048576.0) + " GiB";
  }

  /** The first value of a key in a file of lines. */
  private static String field(Path file, String key) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).replaceFirst("^\\s*[:=]\\s*", "").strip())
        .findFirst()
        .orElse("unknown " + key);
  }

  private static String version(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    } catch (IOException e) {
      return "no " + command[0];
    }
    try (BufferedReader lines = process.inputReader()) {
      String first = lines.readLine();
      lines.transferTo(java.io.Writer.nullWriter());
      process.waitFor();
      return first == null ? command[0] + " of no version" : first;
    }
  }
}

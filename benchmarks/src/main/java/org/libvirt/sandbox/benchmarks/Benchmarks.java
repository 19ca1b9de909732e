package org.libvirt.sandbox.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * How long a sandbox takes to run {@code /bin/true}, beside libvirt's bare call for a container
 * that runs nothing; how many bytes a second go through its streams; and how long its XML takes.
 */
public final class Benchmarks {
  private static final int WARM_UP = 30;
  private static final long STREAM = 2L << 30;

  private Benchmarks() {}

  /**
   * Measures and prints.
   *
   * @param arguments the number of pairs, 30 where none is given; or {@code cold}, the path of
   *     {@code virt-sandbox} and the number of runs; or {@code machine}, the path of the bare
   *     machine's init in C and the number of pairs
   * @throws Exception if something cannot be measured
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 3 && arguments[0].equals("cold")) {
      ColdStart.measure(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
      return;
    }
    if (arguments.length == 3 && arguments[0].equals("machine")) {
      MachineStart.measure(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
      return;
    }
    int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 30;
    print("config with 20 mounts to XML, us", XmlBenchmark.ours());
    print("the same document by the JDK alone, us", XmlBenchmark.documents());
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      starts(connection, pairs);
      streams(connection, 5);
    }
  }

  private static void starts(SandboxConnection connection, int pairs) {
    List<Double> bare = new ArrayList<>();
    List<Double> whole = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int i = -WARM_UP; i < pairs; i++) {
      double bareMillis = bareStart(connection);
      double wholeMillis = wholeRun(connection);
      if (i >= 0) {
        bare.add(bareMillis);
        whole.add(wholeMillis);
        ratios.add(wholeMillis / bareMillis);
      }
    }
    System.out.printf("%d pairs after %d of warm-up%n", pairs, WARM_UP);
    print("virDomainCreateXML alone, ms", bare);
    print("start() to ExitStatus, ms", whole);
    print("ratio within a pair", ratios);
  }

  private static double bareStart(SandboxConnection connection) {
    UUID uuid = UUID.randomUUID();
    String xml =
        """
        <domain type='lxc'>
          <name>bare-%s</name>
          <uuid>%1$s</uuid>
          <memory unit='KiB'>524288</memory>
          <features><privnet/></features>
          <os><type>exe</type><init>/bin/sleep</init><initarg>1000</initarg></os>
          <devices>
            <filesystem type='mount'><source dir='/'/><target dir='/'/><readonly/></filesystem>
            <console type='pty'/>
          </devices>
        </domain>
        """
            .formatted(uuid);
    long start = System.nanoTime();
    SandboxDomain domain = connection.createDomain(xml, uuid);
    double millis = millisSince(start);
    domain.destroy();
    return millis;
  }

  private static double wholeRun(SandboxConnection connection) {
    InteractiveConfig config = InteractiveConfig.builder().command("/bin/true").build();
    long start = System.nanoTime();
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      ExitStatus status = sandbox.console().exited().join();
      double millis = millisSince(start);
      if (!status.isSuccess()) {
        throw new IllegalStateException("/bin/true ended with " + status);
      }
      return millis;
    }
  }

  private static void streams(SandboxConnection connection, int runs) throws IOException {
    List<Double> out = new ArrayList<>();
    List<Double> in = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      out.add(stdout(connection));
      in.add(stdin(connection));
    }
    print("stdout of head -c 2G /dev/zero, MB/s", out);
    print("stdin into cat, 2 GiB, MB/s", in);
  }

  private static double stdout(SandboxConnection connection) throws IOException {
    InteractiveConfig config =
        InteractiveConfig.builder().command("/usr/bin/head", "-c", "2G", "/dev/zero").build();
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config);
        InputStream stdout = sandbox.console().stdout()) {
      byte[] chunk = new byte[256 * 1024];
      long start = System.nanoTime();
      long bytes = 0;
      for (int n = stdout.read(chunk); n >= 0; n = stdout.read(chunk)) {
        bytes += n;
      }
      return megabytesPerSecond(bytes, start);
    }
  }

  private static double stdin(SandboxConnection connection) throws IOException {
    InteractiveConfig config =
        InteractiveConfig.builder().command("/bin/sh", "-c", "cat >/dev/null").build();
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      byte[] chunk = new byte[256 * 1024];
      long start = System.nanoTime();
      try (OutputStream stdin = sandbox.console().stdin()) {
        for (long sent = 0; sent < STREAM; sent += chunk.length) {
          stdin.write(chunk);
        }
      }
      sandbox.console().exited().join();
      return megabytesPerSecond(STREAM, start);
    }
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double megabytesPerSecond(long bytes, long start) {
    return bytes / 1e6 / ((System.nanoTime() - start) / 1e9);
  }

  static void print(String what, List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    System.out.printf(
        "%-40s min %8.2f  median %8.2f  max %8.2f%n",
        what, sorted.get(0), median, sorted.get(sorted.size() - 1));
  }
}

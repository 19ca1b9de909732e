package org.libvirt.sandbox.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * How long a virtual machine takes from {@code start()} to the exit status of {@code /bin/true},
 * beside the {@linkplain BareMachine bare} one, by turns; where both spend their time; and how fast
 * bytes go through both channels.
 */
final class MachineStart {
  private static final int WARM_UP = 2;
  private static final int STREAM_RUNS = 3;
  private static final int STREAM_MEBIBYTES = 64;

  private final SandboxConnection connection;
  private final BareMachine bare;
  private final StageTimes stages;
  private final Map<String, List<Double>> rows = new LinkedHashMap<>();

  private MachineStart(SandboxConnection connection, BareMachine bare, StageTimes stages) {
    this.connection = connection;
    this.bare = bare;
    this.stages = stages;
  }

  /**
   * Measures and prints.
   *
   * @param source the bare machine's init
   * @param pairs how many runs of each
   */
  static void measure(Path source, int pairs) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("benchmark-");
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.startFor("qemu");
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("qemu"))) {
      MachineStart start =
          new MachineStart(
              connection, bareLike(connection, source, directory), StageTimes.listen());
      start.starts(pairs);
      start.streams();
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static BareMachine bareLike(SandboxConnection connection, Path source, Path directory)
      throws IOException, InterruptedException {
    InteractiveConfig config = config("/bin/sh", "-c", "uname -r; read line");
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(sandbox.console().stdout(), UTF_8))) {
      String release = requireNonNull(lines.readLine(), "the release of the machine's kernel");
      return new BareMachine(QemuCommand.ofMachine(config.name()), release, source, directory);
    }
  }

  private void starts(int pairs) throws IOException, InterruptedException {
    for (int i = -WARM_UP; i < pairs; i++) {
      double bareMillis = bareRun();
      double wholeMillis = wholeRun();
      add("ratio within a pair", wholeMillis / bareMillis);
      if (i < 0) {
        rows.clear();
      }
    }
    System.out.printf("%d pairs after %d of warm-up; ms, but for the ratio%n", pairs, WARM_UP);
    rows.forEach(Benchmarks::print);
    rows.clear();
  }

  private double bareRun() throws IOException, InterruptedException {
    BareMachine.Run run = bare.run();
    add("bare: QEMU, firmware", run.init() - run.kernel());
    add("bare: kernel", run.kernel());
    add("bare: init loads the modules", run.port() - run.init());
    add("bare: init mounts the root", run.root() - run.port());
    add("bare: program", run.exit() - run.root());
    add("bare: to the exit status", run.exit());
    return run.exit();
  }

  private double wholeRun() {
    InteractiveConfig config = config("/bin/true");
    long start = System.nanoTime();
    double exit;
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      ExitStatus status = sandbox.console().exited().join();
      exit = (System.nanoTime() - start) / 1e6;
      if (!status.isSuccess()) {
        throw new IllegalStateException("/bin/true ended with " + status);
      }
    }
    double planned = stages.millis("planned", start);
    double created = stages.millis("domain created", start);
    double connected = stages.millis("supervisor connected", start);
    double started = stages.millis("program started", start);
    add("start(): plan, RAM disk from the cache", planned);
    add("start(): libvirt, QEMU's first moments", created - planned);
    add("start(): firmware, kernel, modules", connected - created);
    add("start(): root, mounts, masks", started - connected);
    add("start(): program", exit - started);
    add("start(): to the exit status", exit);
    add("close()", (System.nanoTime() - start) / 1e6 - exit);
    return exit;
  }

  private void streams() throws IOException, InterruptedException {
    for (int i = 0; i < STREAM_RUNS; i++) {
      add("bare: head through a pipe and the port", bare.out(STREAM_MEBIBYTES));
      add("stdout of head", stdout());
      add("bare: the port, a pipe, head", bare.in(STREAM_MEBIBYTES));
      add("stdin into head", stdin());
    }
    System.out.printf("%d MiB, %d runs of each by turns; MiB/s%n", STREAM_MEBIBYTES, STREAM_RUNS);
    rows.forEach(Benchmarks::print);
  }

  private double stdout() throws IOException {
    InteractiveConfig config = head("/dev/zero");
    byte[] chunk = new byte[256 * 1024];
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config);
        InputStream stdout = sandbox.console().stdout()) {
      long start = System.nanoTime();
      long bytes = 0;
      for (int count = stdout.read(chunk); count >= 0; count = stdout.read(chunk)) {
        bytes += count;
      }
      return bytes / 1048576.0 / ((System.nanoTime() - start) / 1e9);
    }
  }

  private double stdin() throws IOException {
    InteractiveConfig config = head("> /dev/null");
    byte[] chunk = new byte[256 * 1024];
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config);
        OutputStream stdin = sandbox.console().stdin()) {
      long start = System.nanoTime();
      for (long sent = 0; sent < (long) STREAM_MEBIBYTES << 20; sent += chunk.length) {
        stdin.write(chunk);
      }
      stdin.flush();
      sandbox.console().exited().join();
      return STREAM_MEBIBYTES / ((System.nanoTime() - start) / 1e9);
    }
  }

  private static InteractiveConfig head(String redirection) {
    String script = "exec head -c %dM %s".formatted(STREAM_MEBIBYTES, redirection);
    return config("/bin/sh", "-c", script);
  }

  /** With the root by what the bare machine has it by. */
  private static InteractiveConfig config(String... command) {
    return InteractiveConfig.builder()
        .command(command)
        .resources(Resources.standard().withSharing(FileSharing.NINE_P))
        .build();
  }

  private void add(String row, double value) {
    rows.computeIfAbsent(row, name -> new ArrayList<>()).add(value);
  }
}

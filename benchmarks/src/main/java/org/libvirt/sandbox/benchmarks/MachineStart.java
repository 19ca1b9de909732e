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
import java.util.Comparator;
import java.util.List;
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
  private final Table toStatus =
      new Table("A machine that runs a program which does nothing", "ms");
  private final Table ratio =
      new Table("start() to ExitStatus beside the bare machine of the same turn", "");
  private final Table parts = new Table("The parts of these starts", "ms");
  private final Table streams =
      new Table("%d MiB through a pipe and the port".formatted(STREAM_MEBIBYTES), "MiB/s");

  private double bareMillis;
  private double wholeMillis;
  private boolean isCounted;

  private MachineStart(SandboxConnection connection, BareMachine bare, StageTimes stages) {
    this.connection = connection;
    this.bare = bare;
    this.stages = stages;
  }

  /**
   * Measures.
   *
   * @param source the bare machine's init
   * @param pairs how many runs of each
   */
  static List<Table> measure(Path source, int pairs) throws Exception {
    Path directory = Files.createTempDirectory("benchmark-");
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.startFor("qemu");
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("qemu"))) {
      MachineStart start =
          new MachineStart(
              connection, bareLike(connection, source, directory), StageTimes.listen());
      return start.measure(pairs);
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

  private List<Table> measure(int pairs) throws Exception {
    Turns turns =
        new Turns()
            .add("bare QEMU, its init the least that there can be", this::bareRun)
            .add("sandbox: start() to ExitStatus", this::wholeRun);
    turns.run(WARM_UP, 0, toStatus);
    isCounted = true;
    turns.run(0, pairs, toStatus);
    isCounted = false;
    streams();
    stages.end();
    return List.of(toStatus, ratio, parts, streams);
  }

  private double bareRun() throws IOException, InterruptedException {
    BareMachine.Run run = bare.run();
    add("bare: QEMU, firmware", run.init() - run.kernel());
    add("bare: kernel", run.kernel());
    add("bare: init loads the modules", run.port() - run.init());
    add("bare: init mounts the root", run.root() - run.port());
    add("bare: program", run.exit() - run.root());
    bareMillis = run.exit();
    pair();
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
    add("close()", (System.nanoTime() - start) / 1e6 - exit);
    wholeMillis = exit;
    pair();
    return exit;
  }

  private void streams() throws IOException, InterruptedException {
    for (int i = 0; i < STREAM_RUNS; i++) {
      streams.add("bare: out of head", bare.out(STREAM_MEBIBYTES));
      streams.add("sandbox: out of head", stdout());
      streams.add("bare: into head", bare.in(STREAM_MEBIBYTES));
      streams.add("sandbox: into head", stdin());
    }
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
    if (isCounted) {
      parts.add(row, value);
    }
  }

  /** Whichever of both came second in its turn. */
  private void pair() {
    if (bareMillis == 0 || wholeMillis == 0) {
      return;
    }
    if (isCounted) {
      ratio.add("sandbox / bare", wholeMillis / bareMillis);
    }
    bareMillis = 0;
    wholeMillis = 0;
  }
}

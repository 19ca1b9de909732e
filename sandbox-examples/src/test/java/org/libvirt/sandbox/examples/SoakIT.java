package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * Many lives, and deaths at random moments: what one of them leaves may be too little to be seen.
 * The system properties {@code soak.runs}, {@code soak.kills}, {@code soak.daemons} and {@code
 * soak.seed} have other sizes and the same moments again; the profile {@code long} has the whole
 * sizes. Each stage of a life has its kill in {@link OwnerDeathIT} and {@link SandboxDeathIT},
 * which always run.
 */
@Timeout(3600)
final class SoakIT {
  private static final int RUNS = Integer.getInteger("soak.runs", 150);
  private static final int KILLS = Integer.getInteger("soak.kills", 10);
  private static final int DAEMONS = Integer.getInteger("soak.daemons", 1);
  private static final long SEED = Long.getLong("soak.seed", System.nanoTime());

  /** A launcher gives a libvirtd up that dies five times in a row soon after its start. */
  private static final int KILLS_A_DAEMON = 4;

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int AT_ONCE = 3;
  private static final long MIB = 1 << 20;

  /** With fewer runs the first tenth ends before the JVM's heap has grown to what it will need. */
  private static final int SETTLED = 5000;

  private final Random random = new Random(SEED);
  private final String prefix =
      "soak-" + HexFormat.of().toHexDigits((short) random.nextInt()) + "-";
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);

  SoakIT() {
    report("seed " + SEED);
  }

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void a_life_of_many_sandboxes_takes_no_more_than_its_first_tenth() throws Exception {
    Remains remains = new Remains(prefix, UUID.randomUUID());
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      remains.alsoOf(libvirt.socket().getParent().getFileName().toString());
      run(connection, RUNS / 10);
      Footprint early = Footprint.now();

      long start = System.nanoTime();
      int rest = RUNS - RUNS / 10;
      run(connection, rest);
      Footprint late = Footprint.now();

      report(
          "%d runs at %d ms each".formatted(rest, (System.nanoTime() - start) / 1_000_000 / rest));
      report("after a tenth %s, in the end %s".formatted(early, late));
      assertThat(late.heap() - early.heap()).isLessThan(2 * MIB);
      if (RUNS >= SETTLED) {
        assertThat(late.resident() - early.resident()).isLessThan(48 * MIB);
      }
      assertThat(late.descriptors()).isLessThanOrEqualTo(early.descriptors());
      // those of the common pool come and go
      assertThat(late.threads())
          .isLessThanOrEqualTo(early.threads() + ForkJoinPool.getCommonPoolParallelism());
      assertThat(states(prefix)).isEmpty();
      assertThat(new Remains(prefix, UUID.randomUUID()).running()).isEmpty();
      assertThat(filesOfSandboxes(libvirt.socket().getParent())).isEmpty();
    }
    assertThat(remains.all()).isEmpty();
  }

  /** What libvirt's directories have of them, which it never removes by itself. */
  private List<Path> filesOfSandboxes(Path daemon) throws IOException {
    try (Stream<Path> files =
        Files.find(daemon, 5, (file, what) -> file.getFileName().toString().startsWith(prefix))) {
      return files.toList();
    }
  }

  private void run(SandboxConnection connection, int count) throws Exception {
    AtomicInteger next = new AtomicInteger();
    atOnce(
        () -> {
          for (int run = next.getAndIncrement(); run < count; run = next.getAndIncrement()) {
            try (InteractiveContext sandbox = start(connection, run, "/bin/echo", "run " + run)) {
              assertThat(sandbox.console().stdout().readAllBytes())
                  .asString(UTF_8)
                  .isEqualTo("run " + run + "\n");
              assertThat(sandbox.console().exited().get(60, SECONDS))
                  .isEqualTo(new ExitStatus.Exited(0));
            }
          }
          return null;
        });
  }

  @Test
  void owners_killed_at_random_moments_leave_nothing() throws Exception {
    try (EmbeddedLibvirt system = EmbeddedLibvirt.start()) {
      List<Future<Void>> deaths = new ArrayList<>();
      for (int i = 0; i < KILLS; i++) {
        String uri = random.nextBoolean() ? Victim.EMBEDDED : system.uri("lxc");
        String name = prefix + i + "-";
        int moment = random.nextInt(2000);
        deaths.add(
            threads.submit(
                () -> {
                  die(uri, name, moment);
                  return null;
                }));
      }
      for (Future<Void> death : deaths) {
        death.get();
      }
      assertThat(states(prefix)).isEmpty();
    }
  }

  /** Kills an owner so many milliseconds after its first word. */
  private static void die(String uri, String name, int moment) throws Exception {
    boolean embedded = uri.equals(Victim.EMBEDDED);
    Process owner =
        VictimProcess.java(BusyOwner.class, uri, name)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> said;
    try (BufferedReader output = owner.inputReader()) {
      String first = output.readLine();
      boolean ended = owner.waitFor(moment, MILLISECONDS);
      VictimProcess.signal(owner.pid(), "KILL"); // destroy() would close its output, too
      said = new ArrayList<>(output.lines().toList());
      said.add(0, first);
      assertThat(ended).as("%s had not to end by itself", name).isFalse();
    }
    // of those before the last nothing was left when the last began
    String last = said.get(said.size() - 1);
    Remains remains =
        new Remains(name, last.startsWith("daemon-") ? UUID.randomUUID() : UUID.fromString(last));
    if (embedded) {
      remains.alsoOf(said.get(0));
    } else {
      await().atMost(SOON).until(remains::running, List::isEmpty);
      StateDirectory.sweep();
    }
    await().atMost(SOON).untilAsserted(() -> assertThat(remains.all()).isEmpty());
  }

  @Test
  void libvirtd_killed_at_random_moments_ends_no_program_that_runs() throws Exception {
    for (int i = 0; i < DAEMONS; i++) {
      Remains remains = new Remains(prefix, UUID.randomUUID());
      try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
          SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"))) {
        remains.alsoOf(libvirt.socket().getParent().getFileName().toString());
        runUnderKills(libvirt, connection);

        Remains sandboxes = new Remains(prefix, UUID.randomUUID());
        await().atMost(SOON).until(sandboxes::processes, List::isEmpty);
        assertThat(states(prefix)).isEmpty();
      }
      assertThat(remains.all()).isEmpty();
    }
  }

  private void runUnderKills(EmbeddedLibvirt libvirt, SandboxConnection connection)
      throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    Future<?> killer =
        Executors.newSingleThreadExecutor(SoakIT::daemonThread)
            .submit(
                () -> {
                  try {
                    for (int kill = 0; kill < KILLS_A_DAEMON; kill++) {
                      over.await(random.nextInt(2500), MILLISECONDS);
                      SandboxProcesses.LIBVIRTD.kill(libvirt, prefix);
                      // the next victim is the next libvirtd, once it has been started
                      await()
                          .atMost(SOON)
                          .ignoreExceptions()
                          .until(() -> SandboxProcesses.LIBVIRTD.find(libvirt, prefix).isAlive());
                    }
                    return null;
                  } finally {
                    over.countDown();
                  }
                });
    atOnce(
        () -> {
          while (over.getCount() > 0) {
            if (!survives(connection, runs.getAndIncrement())) {
              refused.incrementAndGet();
            }
          }
          return null;
        });
    killer.get();
    report(
        "%d runs under %d kills, %d refused".formatted(runs.get(), KILLS_A_DAEMON, refused.get()));
    assertThat(refused.get()).isLessThanOrEqualTo(KILLS_A_DAEMON * AT_ONCE);
  }

  /** False if the sandbox was refused before its program ran; then this says why. */
  private boolean survives(SandboxConnection connection, int run) throws Exception {
    InteractiveContext sandbox;
    try {
      sandbox = start(connection, run, "/bin/sh", "-c", "read line; exit 7");
    } catch (SandboxException e) {
      assertThat(e).message().isNotBlank().hasLineCount(1).doesNotContain("Exception");
      return false;
    }
    try (sandbox) {
      sandbox.console().stdin().write('\n');
      sandbox.console().stdin().close();
      assertThat(sandbox.console().exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(7));
    }
    return true;
  }

  private InteractiveContext start(SandboxConnection connection, int run, String... command) {
    return InteractiveContext.start(
        connection, InteractiveConfig.builder().name(prefix + run).command(command).build());
  }

  private void atOnce(Callable<Void> work) throws Exception {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      all.add(threads.submit(work));
    }
    for (Future<Void> each : all) {
      each.get();
    }
  }

  /** The state directories of sandboxes whose names begin so. */
  private static List<String> states(String prefix) throws IOException {
    Path all = HostDirectories.state();
    if (!Files.exists(all)) {
      return List.of(); // the last that goes takes it along
    }
    try (Stream<Path> states = Files.list(all)) {
      return states
          .filter(state -> read(state.resolve("sandbox.cfg")).contains("name=" + prefix))
          .map(Path::toString)
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return ""; // gone meanwhile, or an embedded daemon's
    }
  }

  private static Thread daemonThread(Runnable work) {
    Thread thread = new Thread(work, "killer");
    thread.setDaemon(true);
    return thread;
  }

  private static void report(String line) {
    System.out.println("soak: " + line);
  }

  /** What this process takes. */
  private record Footprint(long heap, long resident, int descriptors, int threads) {
    static Footprint now() throws IOException {
      MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
      memory.gc();
      memory.gc();
      try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
        return new Footprint(
            memory.getHeapMemoryUsage().getUsed(),
            residentNow(),
            (int) open.count(),
            Thread.getAllStackTraces().size());
      }
    }

    private static long residentNow() throws IOException {
      String pages = Files.readString(Path.of("/proc/self/statm")).split(" ")[1];
      return Long.parseLong(pages) * 4096;
    }

    @Override
    public String toString() {
      return "%d KiB of heap, %d MiB resident, %d descriptors, %d threads"
          .formatted(heap / 1024, resident / MIB, descriptors, threads);
    }
  }
}

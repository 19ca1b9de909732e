package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.contract.Outcome;

/** Machines at once, and one after another. */
@Isolated("of the JVM's memory, descriptors and threads")
@Timeout(2400)
final class ManyMachinesIT {
  private static final int MIB = 1 << 20;
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void three_machines_at_once_have_their_own_output_and_status() throws Exception {
    atOnce(3);
  }

  @Test
  @Tag("long")
  void eight_machines_at_once_have_their_own_output_and_status() throws Exception {
    atOnce(8);
  }

  private void atOnce(int count) throws Exception {
    List<UUID> machines = Stream.generate(UUID::randomUUID).limit(count).toList();
    List<Future<Outcome>> outcomes = new ArrayList<>();

    for (int i = 0; i < count; i++) {
      int number = i;
      outcomes.add(threads.submit(() -> run(machines.get(number), number)));
    }

    for (int i = 0; i < count; i++) {
      assertThat(outcomes.get(i).get(600, TimeUnit.SECONDS)).isEqualTo(expected(i));
    }
    for (UUID machine : machines) {
      assertNothingIsLeftOf(machine);
    }
  }

  @Test
  @Tag("long")
  void a_hundred_machines_one_after_another_leave_nothing_and_take_no_memory() throws Exception {
    oneAfterAnother(10);
    int descriptors = descriptors();
    long heap = heapInUse();

    oneAfterAnother(90);

    assertThat(heapInUse() - heap).isLessThan(2 * MIB);
    await().atMost(SOON).until(() -> descriptors() <= descriptors);
    await().atMost(SOON).until(ManyMachinesIT::sandboxThreads, List::isEmpty);
  }

  private static void oneAfterAnother(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      UUID machine = UUID.randomUUID();
      assertThat(run(machine, i)).isEqualTo(expected(i));
      assertNothingIsLeftOf(machine);
    }
  }

  private static Outcome run(UUID machine, int number) throws Exception {
    String script = "echo out %1$d; echo err %1$d >&2; exit %1$d".formatted(number);
    return DAEMON.run(Daemon.script(script).uuid(machine).build());
  }

  private static Outcome expected(int number) {
    return new Outcome(
        new ExitStatus.Exited(number), "out " + number + "\n", "err " + number + "\n");
  }

  private static void assertNothingIsLeftOf(UUID machine) {
    MachineTraces traces = new MachineTraces(machine);
    await().atMost(SOON).until(() -> traces.all(DAEMON.connection()), List::isEmpty);
  }

  private static int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count();
    }
  }

  private static List<String> sandboxThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sandbox"))
        .filter(name -> !name.equals("sandbox-shutdown"))
        .toList();
  }

  private static long heapInUse() {
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}

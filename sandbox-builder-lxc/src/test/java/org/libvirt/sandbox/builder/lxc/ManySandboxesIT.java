package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Outcome;

@Timeout(300)
final class ManySandboxesIT {
  private static final int MIB = 1 << 20;

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  @Test
  void twenty_sandboxes_at_once_have_their_own_output_and_status() throws Exception {
    var outcomes = new ArrayList<Future<Outcome>>();

    for (int i = 0; i < 20; i++) {
      int number = i;
      outcomes.add(
          threads.submit(
              () ->
                  Outcome.of(
                      DAEMON
                          .start(
                              "/bin/sh",
                              "-c",
                              "echo out %1$d; echo err %1$d >&2; sleep 1; exit %1$d"
                                  .formatted(number))
                          .console())));
    }

    for (int i = 0; i < 20; i++) {
      assertThat(outcomes.get(i).get(120, TimeUnit.SECONDS))
          .isEqualTo(new Outcome(new ExitStatus.Exited(i), "out " + i + "\n", "err " + i + "\n"));
    }
  }

  @Test
  void sandboxes_one_after_another_leave_nothing() throws Exception {
    runAndClose(2);
    int descriptors = descriptors();

    List<String> left = runAndClose(20);

    assertThat(left).isEmpty();
    assertThat(DAEMON.traces().sandboxProcesses()).isEmpty();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(sandboxThreads()).isEmpty();
              assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
            });
  }

  @Test
  @Tag("long")
  void two_hundred_sandboxes_one_after_another_leave_nothing_and_take_no_memory() throws Exception {
    runAndClose(20);
    int descriptors = descriptors();
    long heap = heapInUse();

    List<String> left = runAndClose(180);

    assertThat(left).isEmpty();
    assertThat(heapInUse() - heap).isLessThan(2 * MIB);
    assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
    assertThat(sandboxThreads()).isEmpty();
  }

  @Test
  @Tag("long")
  void a_mebibyte_written_just_before_the_end_arrives_two_hundred_times() throws Exception {
    var sizes = new ArrayList<Future<Integer>>();
    for (int i = 0; i < 4; i++) {
      sizes.add(threads.submit(ManySandboxesIT::fiftyMebibytes));
    }

    int received = 0;
    for (Future<Integer> size : sizes) {
      received += size.get(280, TimeUnit.SECONDS);
    }

    assertThat(received).isEqualTo(200 * MIB);
  }

  private static int fiftyMebibytes() throws Exception {
    int received = 0;
    for (int i = 0; i < 50; i++) {
      received += DAEMON.run("/usr/bin/head", "-c", "1048576", "/dev/zero").stdout().length();
    }
    return received;
  }

  /** Returns what the sandboxes left. */
  private static List<String> runAndClose(int count) throws Exception {
    var left = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      String name = "behave-" + i;
      InteractiveContext sandbox =
          DAEMON.start(
              InteractiveConfig.builder().name(name).command("/bin/echo", "run " + i).build());
      assertThat(Outcome.of(sandbox.console()).stdout()).isEqualTo("run " + i + "\n");
      sandbox.close();
      left.addAll(DAEMON.traces().of(name, sandbox.uuid()));
    }
    DAEMON.closeSandboxes();
    return left;
  }

  private static int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count();
    }
  }

  private static List<String> sandboxThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sandbox") || name.contains("behave-"))
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

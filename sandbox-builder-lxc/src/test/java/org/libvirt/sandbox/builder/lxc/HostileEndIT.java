package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.builder.lxc.Battlefield.Outcome;
import org.libvirt.sandbox.console.ResourceUsage;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Intruder;

/** Programs that do not want to end, and take what they can. */
@Timeout(300)
final class HostileEndIT {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);
  private static final long LIMIT_SECONDS = 240;

  @SuppressWarnings("NullAway.Init")
  private static Battlefield field;

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    field = Battlefield.prepare();
  }

  @AfterAll
  static void tidyUp() throws IOException {
    field.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "forks", "zombies", "daemons", "deaf", "full", "closed", "nested", "traced", "stopped"
      })
  void closing_ends_whatever_runs(String how) throws IOException {
    String program = field.directory().resolve("attack").toString();
    try (InteractiveContext sandbox = field.start(Intruder.ROOT, program, "endings", how)) {
      assertThat(sandbox.console().stdout().readNBytes(6)).asString().isEqualTo("ready\n");
      assertThat(running(program)).isNotEmpty();
    }

    await().atMost(LONG_ENOUGH).untilAsserted(() -> assertThat(running(program)).isEmpty());
    assertThat(field.run(Intruder.ROOT, new byte[0], "/bin/echo", "alive").stdout())
        .isEqualTo("alive\n");
  }

  @Test
  void a_program_that_takes_all_memory_dies_of_it_alone() throws IOException {
    String program = field.directory().resolve("attack").toString();
    try (InteractiveContext sandbox = field.start(Intruder.ROOT, program, "endings", "hungry")) {

      ExitStatus status =
          sandbox.console().exited().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();

      assertThat(status).isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.MEMORY));
      assertThat(sandbox.console().usage()).map(ResourceUsage::outOfMemory).contains(true);
    }
    Outcome next = field.run(Intruder.ROOT, new byte[0], "/bin/echo", "alive");
    assertThat(next.stdout()).isEqualTo("alive\n");
  }

  /** The host's processes of a program that lies in this test's own directory. */
  private static List<Long> running(String program) {
    return ProcessHandle.allProcesses()
        .filter(process -> read(process).startsWith(program + "\0"))
        .map(ProcessHandle::pid)
        .toList();
  }

  private static String read(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", "" + process.pid(), "cmdline"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}

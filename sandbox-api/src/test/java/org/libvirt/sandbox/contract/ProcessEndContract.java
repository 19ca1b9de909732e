package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.context.SandboxProcess;

/** How a process and its sandbox end together, which a process of the host has no need of. */
@Timeout(300)
public abstract class ProcessEndContract {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final SandboxDaemon daemon;

  protected ProcessEndContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  @Test
  void the_sandbox_goes_with_its_program_though_nobody_reads_or_closes() throws Exception {
    SandboxProcess process = start("head -c 1100000 /dev/zero; echo err >&2; exit 7");

    assertThat(process.waitFor()).isEqualTo(7);

    await().atMost(LIMIT).untilAsserted(() -> assertThat(traces(process)).isEmpty());
    assertThat(process.getInputStream().readAllBytes()).hasSize(1_100_000);
    assertThat(process.getErrorStream().readAllBytes()).asString(UTF_8).isEqualTo("err\n");
  }

  @LongOnMachines("the exit status has what runs in the background")
  @Test
  void what_the_program_left_running_ends_and_holds_up_nothing() throws Exception {
    SandboxProcess process = start("sleep 1000 & echo started");

    assertThat(process.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("started\n");
    assertThat(process.waitFor()).isZero();
    process.close();

    assertThat(traces(process)).isEmpty();
  }

  @Test
  void when_it_is_closed_nothing_is_left_and_it_was_killed() throws Exception {
    SandboxProcess process = start("trap '' TERM; echo ready; exec sleep 1000");
    var errors = Outcome.reading(process.getErrorStream());
    assertThat(process.inputReader().readLine()).isEqualTo("ready");

    process.close();
    process.close();

    assertThat(traces(process)).isEmpty();
    assertThat(process.waitFor()).isEqualTo(128 + 9);
    assertThat(process.exitStatus()).contains(new ExitStatus.Signaled(9));
    assertThat(errors).isDone();
  }

  @LongOnMachines("closing kills it, too")
  @Test
  void one_that_is_destroyed_forcibly_leaves_nothing() throws Exception {
    SandboxProcess process = start("sleep 1000 & sleep 1000");

    process.destroyForcibly();

    assertThat(process.waitFor()).isEqualTo(128 + 9);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(traces(process)).isEmpty());
  }

  @LongOnMachines("libvirt waits 10 s before it kills a QEMU that does not end")
  @Test
  void one_whose_supervisor_hangs_is_destroyed_all_the_same() throws Exception {
    SandboxProcess process = start("echo ready; exec sleep 1000");
    process.inputReader().readLine();
    stopSupervisor(process.sandbox());

    process.destroyForcibly();

    assertThat(process.waitFor()).isEqualTo(128 + 9);
    await().atMost(LIMIT).untilAsserted(() -> assertThat(traces(process)).isEmpty());
  }

  /** Stops what would end the program: its supervisor, or all of the machine. */
  protected abstract void stopSupervisor(InteractiveContext sandbox) throws Exception;

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void last_words_can_be_read_after_destroy() throws Exception {
    SandboxProcess process =
        start("trap 'echo last words; exit 0' TERM; echo ready; while :; do sleep 0.1; done");
    var output = process.inputReader();
    assertThat(output.readLine()).isEqualTo("ready");

    process.destroy();

    assertThat(output.readLine()).isEqualTo("last words");
    assertThat(process.waitFor()).isZero();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void a_callback_may_close_what_it_is_told_of() throws Exception {
    SandboxProcess process = start("exit 3");

    var closed =
        process
            .onExit()
            .thenApply(
                ended -> {
                  process.close();
                  return ended.exitValue();
                });

    assertThat(closed.get(60, SECONDS)).isEqualTo(3);
    assertThat(traces(process)).isEmpty();
  }

  @Test
  void a_sandbox_that_is_lost_has_no_exit_value() throws Exception {
    SandboxProcess process;
    try (var libvirt = daemon.another();
        var connection = SandboxConnection.open(daemon.uriAt(libvirt))) {
      process = SandboxProcess.start(connection, script("echo ready; exec sleep 1000"));
      assertThat(process.inputReader().readLine()).isEqualTo("ready");

      // before the connection, whose end would send the program a SIGTERM that can still be told
      libvirt.close();
    }

    assertThat(process.waitFor(60, SECONDS)).isTrue();

    assertThat(process.isAlive()).isFalse();
    assertThat(process.exitStatus().orElseThrow()).isInstanceOf(ExitStatus.Lost.class);
    assertThatThrownBy(process::waitFor).isInstanceOf(SandboxLostException.class);
    assertThatThrownBy(process::exitValue)
        .isInstanceOf(SandboxLostException.class)
        .hasMessageStartingWith("nobody knows how the program ended: ");
    assertThatThrownBy(process.getInputStream()::read).isInstanceOf(IOException.class);
    assertThat(process.onExit().get(60, SECONDS)).isSameAs(process);
    process.close();
  }

  @Test
  void its_usage_is_told_at_the_end() throws Exception {
    SandboxProcess process = start("read line");
    assertThat(process.usage()).isEmpty();

    process.getOutputStream().close();
    process.waitFor();

    assertThat(process.usage().orElseThrow().largestResidentSet()).isPositive();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void it_is_no_process_of_this_host_that_could_be_named() {
    SandboxProcess process = start("read line");

    assertThatThrownBy(process::pid).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(process::toHandle).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(process::info).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(process::children).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(process::descendants).isInstanceOf(UnsupportedOperationException.class);
    assertThat(process)
        .hasToString("SandboxProcess[sandbox=%s, running]".formatted(process.sandbox().name()));
    process.close();
    assertThat(process)
        .hasToString(
            "SandboxProcess[sandbox=%s, Signaled[signal=9]]".formatted(process.sandbox().name()));
  }

  private SandboxProcess start(String script) {
    return SandboxProcess.of(daemon.start(script(script)));
  }

  private static InteractiveConfig script(String script) {
    return InteractiveConfig.builder().command("/bin/sh", "-c", script).build();
  }

  private List<String> traces(SandboxProcess process) {
    return daemon.traces().of(process.sandbox().name(), process.sandbox().uuid());
  }
}

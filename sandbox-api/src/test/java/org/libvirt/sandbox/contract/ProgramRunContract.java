package org.libvirt.sandbox.contract;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.ProgramResult;
import org.libvirt.sandbox.context.ProgramRun;

/** Programs that are run to their end in one call. */
@Timeout(300)
public abstract class ProgramRunContract {
  private final SandboxDaemon daemon;

  protected ProgramRunContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  private final UUID uuid = UUID.randomUUID();

  @Test
  void a_run_gives_the_status_and_both_outputs_and_leaves_nothing() throws Exception {
    ProgramResult result = script("tr a-z A-Z; echo err >&2; exit 3").withInput("üx\n").run();

    assertThat(result.status()).isEqualTo(new ExitStatus.Exited(3));
    assertThat(result.stdoutText()).isEqualTo("üX\n");
    assertThat(result.stderrText()).isEqualTo("err\n");
    assertThat(result.isSuccess()).isFalse();
    assertThat(result.isTimedOut()).isFalse();
    assertThat(result.usage()).isPresent();
    assertThat(result).hasToString("ProgramResult[Exited[code=3], stdout=4 bytes, stderr=4 bytes]");
    assertThat(daemon.traces().of("one", uuid)).isEmpty();
  }

  @LongOnMachines("two boots; the streams have input that is not read")
  @Test
  void input_need_not_be_read_and_is_empty_unless_given() throws Exception {
    assertThat(script("true").withInput(new byte[8 << 20]).run().isSuccess()).isTrue();
    assertThat(script("wc -c").run().stdoutText()).isEqualTo("0\n");
  }

  @Test
  void a_program_that_takes_too_long_is_killed_and_what_it_wrote_is_told() throws Exception {
    ProgramResult result =
        script("trap '' TERM; echo begun; sleep 1000").withTimeLimit(Duration.ofSeconds(2)).run();

    assertThat(result.isTimedOut()).isTrue();
    assertThat(result.isSuccess()).isFalse();
    assertThat(result.status()).isEqualTo(new ExitStatus.Signaled(9));
    assertThat(result.stdoutText()).isEqualTo("begun\n");
    assertThat(daemon.traces().of("one", uuid)).isEmpty();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void of_too_much_output_the_beginning_is_kept_and_the_program_goes_on() throws Exception {
    ProgramResult result =
        script("printf abcdef; head -c 9000000 /dev/zero; echo end >&2").withOutputLimit(4).run();

    assertThat(result.status()).isEqualTo(new ExitStatus.Exited(0));
    assertThat(result.stdoutText()).isEqualTo("abcd");
    assertThat(result.stderrText()).isEqualTo("end\n");
    assertThat(result.isTruncated()).isTrue();
    assertThat(result.isSuccess()).isFalse();
    assertThat(script("echo abc").withOutputLimit(4).run().isSuccess()).isTrue();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void who_waits_can_be_interrupted_and_the_sandbox_is_gone() throws Exception {
    var ended = new CompletableFuture<Throwable>();
    var runner = new Thread(() -> ended.complete(catchThrowable(script("sleep 1000")::run)));
    runner.start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> runner.getState() == Thread.State.WAITING && sleeps(uuid));

    runner.interrupt();

    assertThat(ended.get(60, SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(daemon.traces().of("one", uuid)).isEmpty();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void a_program_that_cannot_be_started_is_an_exception() {
    var config = InteractiveConfig.builder().command("/no/such/program").build();

    assertThatThrownBy(ProgramRun.of(daemon.connection(), config)::run)
        .isInstanceOf(ProgramNotStartedException.class);
  }

  @Test
  void limits_that_are_none_are_refused() {
    ProgramRun run = script("true");

    assertThatThrownBy(() -> run.withTimeLimit(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("time limit PT0S is no time at all; leave it out for none");
    assertThatThrownBy(() -> run.withOutputLimit(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("output limit -1; write 0 or more");
  }

  /** Whether the program that sleeps has come so far, as far as this host can see it. */
  protected abstract boolean sleeps(UUID uuid);

  private ProgramRun script(String script) {
    return ProgramRun.of(
        daemon.connection(),
        InteractiveConfig.builder()
            .name("one")
            .uuid(uuid)
            .command("/bin/sh", "-c", script)
            .build());
  }
}

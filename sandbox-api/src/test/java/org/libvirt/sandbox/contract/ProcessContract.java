package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.context.SandboxProcess;

/**
 * What a process does, one of the JDK and one in a sandbox of either kind: each test is held
 * against all.
 */
@Timeout(300)
public abstract class ProcessContract {
  private static final int MIB = 1 << 20;

  private Process process;

  /** Starts a program. */
  protected abstract Process start(String... command) throws IOException;

  private void run(String script) throws IOException {
    process = start("/bin/sh", "-c", script);
  }

  @AfterEach
  void end() {
    if (process instanceof SandboxProcess sandboxed) {
      sandboxed.close();
    } else if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void the_streams_are_three() throws Exception {
    run("read line; echo out $line; echo err $line >&2");

    try (var input = process.outputWriter(UTF_8)) {
      input.write("ä\n");
    }

    assertThat(process.inputReader(UTF_8).readLine()).isEqualTo("out ä");
    assertThat(process.errorReader(UTF_8).readLine()).isEqualTo("err ä");
    assertThat(process.inputReader(UTF_8).readLine()).isNull();
    assertThat(process.errorReader(UTF_8).readLine()).isNull();
    assertThat(process.waitFor()).isZero();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void an_exit_code_is_the_exit_value() throws Exception {
    run("exit 42");

    assertThat(process.waitFor()).isEqualTo(42);
    assertThat(process.waitFor()).isEqualTo(42);
    assertThat(process.exitValue()).isEqualTo(42);
    assertThat(process.waitFor(0, NANOSECONDS)).isTrue();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void a_signal_is_128_and_its_number() throws Exception {
    run("kill -USR1 $$");

    assertThat(process.waitFor()).isEqualTo(128 + 10);
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void while_it_runs_there_is_no_exit_value() throws Exception {
    run("read line");

    assertThat(process.isAlive()).isTrue();
    assertThatThrownBy(process::exitValue).isInstanceOf(IllegalThreadStateException.class);
    assertThat(process.waitFor(-1, SECONDS)).isFalse();
    assertThat(process.waitFor(20, MILLISECONDS)).isFalse();

    process.getOutputStream().close();

    assertThat(process.waitFor(60, SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void output_can_be_read_after_the_end() throws Exception {
    run("echo out; echo err >&2");

    process.waitFor();

    assertThat(process.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("out\n");
    assertThat(process.getErrorStream().readAllBytes()).asString(UTF_8).isEqualTo("err\n");
    assertThat(process.getInputStream().read()).isEqualTo(-1);
  }

  @LongOnMachines("the same as a console without a process over it, whose tests have it")
  @Test
  void a_reader_who_waits_when_the_program_ends_has_all_of_it() throws Exception {
    run("read line; head -c 3000000 /dev/zero");
    var reading = Outcome.reading(process.getInputStream());

    process.getOutputStream().close();

    assertThat(process.waitFor(60, SECONDS)).isTrue();
    assertThat(reading.get(60, SECONDS)).hasSize(3_000_000);
  }

  @LongOnMachines("the same as a console without a process over it, whose tests have it")
  @Test
  void input_is_as_long_as_one_likes() throws Exception {
    run("wc -c");
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> write(8, process.getOutputStream()));

    assertThat(process.inputReader().readLine()).isEqualTo("" + 8 * MIB);
    writing.get(60, SECONDS);
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void input_that_nobody_reads_any_more_is_an_error() throws Exception {
    run("exit 3");

    Throwable broken = catchThrowable(() -> write(8, process.getOutputStream()));

    assertThat(broken).hasRootCauseInstanceOf(IOException.class);
    assertThat(process.waitFor()).isEqualTo(3);
  }

  @LongOnMachines("the same as a console without a process over it, whose tests have it")
  @Test
  void an_output_that_is_closed_ends_who_writes_to_it() throws Exception {
    run("exec yes");

    process.getInputStream().close();

    assertThat(process.waitFor()).isEqualTo(128 + 13);
    assertThatThrownBy(process.getInputStream()::read)
        .isInstanceOf(IOException.class)
        .hasMessage("Stream closed");
    assertThat(process.getErrorStream().read()).isEqualTo(-1);
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void streams_may_be_closed_in_any_order_and_twice() throws Exception {
    run("cat; exit 5");

    process.getErrorStream().close();
    process.getInputStream().close();
    process.getOutputStream().close();
    process.getOutputStream().close();
    process.getInputStream().close();

    assertThat(process.waitFor()).isEqualTo(5);
  }

  @LongOnMachines("the same as a console without a process over it, whose tests have it")
  @Test
  void destroy_asks_the_program_to_end() throws Exception {
    run("trap 'exit 9' TERM; echo ready; while :; do read line; done 2>/dev/null");
    process.inputReader().readLine();

    process.destroy();

    assertThat(process.supportsNormalTermination()).isTrue();
    assertThat(process.waitFor()).isEqualTo(9);
    process.destroy();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void destroy_ends_a_program_that_has_nothing_against_it() throws Exception {
    run("exec sleep 1000");

    process.destroy();

    assertThat(process.waitFor()).isEqualTo(128 + 15);
  }

  @Test
  void destroy_forcibly_does_not_ask() throws Exception {
    run("trap '' TERM; echo ready; exec sleep 1000");
    process.inputReader().readLine();
    process.destroy();

    assertThat(process.waitFor(100, MILLISECONDS)).isFalse();
    assertThat(process.destroyForcibly()).isSameAs(process);

    assertThat(process.waitFor()).isEqualTo(128 + 9);
    process.destroyForcibly();
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void a_thread_that_waits_can_be_interrupted_and_the_program_runs_on() throws Exception {
    run("read line; exit 6");
    var interrupted = new CompletableFuture<Throwable>();
    var waiter = new Thread(() -> interrupted.complete(catchThrowable(process::waitFor)));
    waiter.start();

    waiter.interrupt();

    assertThat(interrupted.get(60, SECONDS)).isInstanceOf(InterruptedException.class);
    assertThat(process.isAlive()).isTrue();
    process.getOutputStream().close();
    assertThat(process.waitFor()).isEqualTo(6);
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void the_end_is_told_to_who_does_not_wait() throws Exception {
    run("read line; exit 4");
    CompletableFuture<Process> end = process.onExit();
    CompletableFuture<Integer> value = process.onExit().thenApply(Process::exitValue);

    assertThat(end).isNotDone();
    process.onExit().cancel(true);
    assertThat(process.isAlive()).isTrue();
    process.getOutputStream().close();

    assertThat(end.get(60, SECONDS)).isSameAs(process);
    assertThat(value.get(60, SECONDS)).isEqualTo(4);
    assertThat(process.onExit().get(60, SECONDS)).isSameAs(process);
  }

  @Test
  void lines_come_as_they_are_written() throws Exception {
    run("while read line; do echo \"<$line>\"; done");
    BufferedReader answers = process.inputReader();
    var questions = process.outputWriter();

    for (int i = 0; i < 100; i++) {
      questions.write(i + "\n");
      questions.flush();
      assertThat(answers.readLine()).isEqualTo("<" + i + ">");
    }
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void what_is_available_can_be_read_without_waiting() throws Exception {
    run("printf 12345");
    assertThat(process.getInputStream().read()).isEqualTo('1');
    process.waitFor();

    int available = process.getInputStream().available();

    assertThat(process.getInputStream().readNBytes(available)).asString().isSubstringOf("2345");
    assertThat(process.getInputStream().readAllBytes().length).isEqualTo(4 - available);
  }

  private static void write(int mebibytes, OutputStream to) {
    try (to) {
      for (int i = 0; i < mebibytes; i++) {
        to.write(new byte[MIB]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

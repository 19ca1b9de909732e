package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.examples.Shell.Outcome;

/** Signals to the command while its program runs, and the death of its daemon. */
final class SignalsIT {
  private final Traces traces = new Traces();
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"HUP, 129", "INT, 130", "TERM, 143"})
  void a_signal_ends_the_program_and_leaves_nothing_BUG_53(String signal, int expected) {
    var ran = whileItRuns("exec sleep 1000", signal);

    assertThat(ran).isEqualTo(new Outcome(expected, "", ""));
    assertThat(traces.all()).isEmpty();
  }

  @Test
  void a_program_may_answer_a_signal_with_its_own_status_BUG_53() {
    var ran = whileItRuns("trap 'echo bye; exit 9' TERM; while :; do sleep 0.1; done", "TERM");

    assertThat(ran).isEqualTo(new Outcome(9, "bye\n", ""));
    assertThat(traces.all()).isEmpty();
  }

  @Test
  void a_program_that_ignores_a_signal_is_ended_all_the_same_BUG_53() {
    var ran = whileItRuns("trap '' INT; while :; do sleep 1; done", "INT");

    assertThat(ran).isEqualTo(new Outcome(130, "", ""));
    assertThat(traces.all()).isEmpty();
  }

  @Test
  void a_second_interrupt_soon_after_the_first_ends_the_sandbox_BUG_53() {
    try (var shell = start("", "trap '' INT TERM; while :; do sleep 1; done")) {
      String interrupt = "kill -INT $1 && kill -0 $1 && kill -INT $1";
      Shell.run(interrupt, Long.toString(shell.process().pid()));

      // however far apart they came, the end is the same: only that it comes at once is not shown
      assertThat(ended(shell)).isEqualTo(new Outcome(130, "", ""));
    }
    assertThat(traces.all()).isEmpty();
  }

  @Test
  void a_signal_ends_the_run_where_nobody_reads_the_output() {
    // a FIFO that the command itself holds open fills up, and that is all
    try (var shell = start("mkfifo \"$3/out\"; exec 1<>\"$3/out\"; ", "exec yes")) {
      send(shell, "TERM");

      assertThat(ended(shell)).isEqualTo(new Outcome(143, "", ""));
    }
    assertThat(traces.all()).isEmpty();
  }

  @Test
  void a_killed_command_takes_its_sandbox_along() {
    whileItRuns("exec sleep 1000", "KILL");

    await().atMost(Shell.LIMIT).untilAsserted(() -> assertThat(traces.all()).isEmpty());
  }

  @Test
  void a_signal_that_the_caller_ignores_stays_ignored() {
    try (var shell = start("trap '' HUP; ", "read line; echo \"$line\"")) {
      send(shell, "HUP");
      shell.type("still here\n");

      assertThat(ended(shell)).isEqualTo(new Outcome(0, "still here\n", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"outer", "inner"})
  void a_sandbox_whose_daemon_is_killed_is_lost_and_says_so(String launcher) {
    try (var shell = start("", "exec sleep 1000")) {
      ProcessHandle outer = shell.process().children().findFirst().orElseThrow();
      (launcher.equals("outer") ? outer : outer.children().findFirst().orElseThrow())
          .destroyForcibly();

      var ran = ended(shell);

      assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(125, "");
      assertThat(ran.err()).startsWith("virt-sandbox: ").containsOnlyOnce("\n");
      await().atMost(Shell.LIMIT).untilAsserted(() -> assertThat(traces.all()).isEmpty());
    }
  }

  private Outcome whileItRuns(String program, String signal) {
    try (var shell = start("", program)) {
      send(shell, signal);
      return ended(shell);
    }
  }

  /** How it ended; its error output is what came after the program's first word. */
  private Outcome ended(Shell shell) {
    var ran = shell.await();
    return new Outcome(ran.status(), ran.out(), read(err()).replaceFirst("^started\n", ""));
  }

  /** Starts a program and waits until it runs: its first word is in a file then. */
  private Shell start(String before, String program) {
    var shell =
        Shell.start(
            before
                + """
                exec virt-sandbox -n "$1" -- sh -c 'echo started >&2; '"$2" 2>"$3/err"
                """,
            traces.name(),
            program,
            directory.toString());
    await()
        .atMost(Shell.LIMIT)
        .untilAsserted(() -> assertThat(err()).content().startsWith("started\n"));
    return shell;
  }

  private Path err() {
    return directory.resolve("err");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(Shell shell, String signal) {
    assertThat(Shell.run("kill -$1 $2", signal, Long.toString(shell.process().pid())).status())
        .isZero();
  }
}

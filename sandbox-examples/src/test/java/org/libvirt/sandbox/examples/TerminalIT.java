package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.examples.Shell.Outcome;

/**
 * The command on a terminal, which script(1) makes: what is typed goes through its line editing.
 */
final class TerminalIT {
  private final Traces traces = new Traces();
  @TempDir private Path directory;

  @Test
  void on_a_terminal_a_command_works_and_leaves_its_modes_alone() {
    try (var shell =
        onTerminal(
            """
            stty -g >"$DIR/before"
            virt-sandbox -n "$NAME" -- sh -c 'read line; echo "got $line"; echo err >&2; exit 7'
            echo "status $?"
            stty -g >"$DIR/after"
            """)) {
      shell.type("typed\n");

      var ran = shell.await();

      assertThat(ran.out()).contains("got typed\r\n").contains("err\r\n").contains("status 7\r\n");
      assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
      assertThat(traces.all()).isEmpty();
    }
  }

  @Test
  void control_c_ends_the_program_and_leaves_nothing_BUG_53() {
    var ran = interrupted("exec sleep 1000");

    assertThat(ran.out()).contains("status 130\r\n").doesNotContain("virt-sandbox:");
    assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
    assertThat(traces.all()).isEmpty();
  }

  @Test
  void control_c_can_be_answered_by_the_program_BUG_53() {
    var ran = interrupted("trap \"echo bye; exit 9\" INT; while :; do sleep 0.1; done");

    assertThat(ran.out()).contains("bye\r\n").contains("status 9\r\n");
    assertThat(traces.all()).isEmpty();
  }

  private Outcome interrupted(String program) {
    try (var shell =
        onTerminal(
            """
            trap : INT
            stty -g >"$DIR/before"
            virt-sandbox -n "$NAME" -- sh -c 'echo started >&2; %s' 2>"$DIR/err"
            echo "status $?"
            cat "$DIR/err"
            stty -g >"$DIR/after"
            """
                .formatted(program))) {
      await()
          .atMost(Shell.LIMIT)
          .untilAsserted(
              () -> assertThat(directory.resolve("err")).content().startsWith("started\n"));
      shell.type("\003");
      return shell.await();
    }
  }

  private Shell onTerminal(String script) {
    return Shell.start(
        "export NAME=\"$1\" DIR=\"$2\"; exec script -qefc \"$3\" /dev/null",
        traces.name(),
        directory.toString(),
        script);
  }
}

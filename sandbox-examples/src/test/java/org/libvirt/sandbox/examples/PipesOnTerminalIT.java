package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.examples.Shell.Outcome;

/**
 * The command on a terminal, which script(1) makes, with its program on three pipes: what is typed
 * goes through the terminal's line editing.
 */
final class PipesOnTerminalIT {
  private final Traces traces = new Traces();
  @TempDir private Path directory;

  @Test
  void on_a_terminal_a_command_works_and_leaves_its_modes_alone() {
    try (var shell =
        onTerminal(
            """
            stty -g >"$DIR/before"
            virt-sandbox -T -n "$NAME" -- sh -c 'read line; echo "got $line"; echo err >&2; exit 7'
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

  @Test
  void a_pipe_for_input_gives_no_terminal_and_no_escape_character() {
    try (var shell =
        onTerminal(
            """
            printf 'a\\035b\\n' | virt-sandbox -n "$NAME" -- sh -c 'test -t 1 || od -An -c'
            """)) {
      var ran = shell.await();

      assertThat(ran).isEqualTo(new Outcome(0, "   a 035   b  \\n\r\n", ""));
    }
  }

  @Test
  void what_a_program_writes_to_a_terminal_comes_byte_for_byte() {
    try (var shell =
        onTerminal(
            """
            stty -opost
            virt-sandbox -n "$NAME" -- printf 'a\\nb\\035\\n\\r\\tc'
            """)) {
      var ran = shell.await();

      assertThat(ran).isEqualTo(new Outcome(0, "a\r\nb\035\r\n\r\tc", ""));
    }
  }

  private Outcome interrupted(String program) {
    try (var shell =
        onTerminal(
            """
            trap : INT
            stty -g >"$DIR/before"
            virt-sandbox -T -n "$NAME" -- sh -c 'echo started >&2; %s' 2>"$DIR/err"
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

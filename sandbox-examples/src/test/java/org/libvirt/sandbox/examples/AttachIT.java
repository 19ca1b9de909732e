package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code virt-sandbox attach}: the shell beside a program, from another terminal or a script. */
final class AttachIT {
  private static final String ATTACH = "virt-sandbox attach ";

  private final Traces traces = new Traces();
  @TempDir private Path directory;
  private Shell owner;

  @BeforeEach
  void startSandbox() {
    owner =
        Shell.start(
            "exec virt-sandbox -l -n $1 -- sh -c 'cat; echo the program went on'", traces.name());
    await()
        .atMost(Shell.LIMIT)
        .untilAsserted(
            () ->
                assertThat(Shell.run("echo exit 77 | " + ATTACH + "$1", traces.name()).status())
                    .isEqualTo(77));
  }

  @AfterEach
  void endSandbox() {
    owner.endInput();
    assertThat(owner.await().out()).isEqualTo("the program went on\n");
    owner.close();
    assertThat(traces.all()).isEmpty();
  }

  @Test
  void a_script_gets_the_shells_output_and_status() {
    var ran =
        Shell.run("echo 'echo $((40 + 2)) $(id -u); exit 3' | " + ATTACH + "$1", traces.name());

    assertThat(ran.status()).isEqualTo(3);
    assertThat(ran.out()).contains("42 0\r\n");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void the_end_of_a_scripts_input_ends_the_shell() {
    var ran = Shell.run("echo 'echo $((40 + 2))' | " + ATTACH + "$1", traces.name());

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).contains("42\r\n");
  }

  @Test
  void a_sandbox_that_is_not_there_is_told_in_one_line() {
    var ran = Shell.run(ATTACH + "nobody-of-this-name");

    assertThat(ran.status()).isEqualTo(125);
    assertThat(ran.err()).isEqualTo("virt-sandbox: no sandbox is called 'nobody-of-this-name'\n");
  }

  @Test
  void a_terminal_is_the_shells_with_its_size_and_its_keys() {
    try (Screen screen = attached()) {
      screen.line("stty size");
      screen.awaitText("24 80\n");
      screen.resize(30, 100);
      screen.line(
          "until test \"$(stty size)\" = '30 100'; do sleep 0.1; done; echo seen $((40 + 2))");
      screen.awaitText("seen 42");
      screen.line("sleep 1000");
      screen.keys("C-c");
      screen.line("vim -u NONE -n /tmp/text; rev /tmp/text");
      screen.awaitText("[New");
      screen.together("ihello");
      screen.keys("Escape");
      screen.line(":wq");
      screen.awaitText("olleh");
      screen.line("exit 5");

      screen.awaitText("status 5\nunchanged\n");
    }
  }

  @Test
  void bug_26_the_escape_character_leaves_the_shell_as_it_is() {
    try (Screen screen = attached()) {
      screen.line("mine=kept; echo set $((40 + 2))");
      screen.awaitText("set 42");
      screen.together("\035");
      screen.awaitText("status 0\nunchanged\n");

      var ran = Shell.run("echo 'echo found $mine; exit' | " + ATTACH + "$1", traces.name());
      assertThat(ran.out()).contains("found kept\r\n");
    }
  }

  @Test
  void a_shell_that_is_attached_is_refused_until_its_user_is_gone_however_that_happens() {
    try (Screen screen = attached()) {
      screen.line("echo here $((40 + 2))");
      screen.awaitText("here 42");
      var second = Shell.run(ATTACH + "$1", traces.name());
      assertThat(second.status()).isEqualTo(125);
      assertThat(second.err())
          .startsWith("virt-sandbox: the shell console of sandbox '" + traces.name())
          .contains("is attached by process ");

      kill(second.err().replaceAll("(?s).*by process (\\d+);.*", "$1"));

      screen.awaitText("status 137\nunchanged\n");
      assertThat(Shell.run("echo exit 4 | " + ATTACH + "$1", traces.name()).status()).isEqualTo(4);
    }
  }

  private Screen attached() {
    Screen screen = Screen.open(directory);
    screen.line("stty -g >before");
    screen.line(
        ATTACH + traces.name() + "; echo st''atus $?; cmp before <(stty -g) && echo un''changed");
    screen.awaitText("#");
    return screen;
  }

  private static void kill(String process) {
    assertThat(Shell.run("kill -KILL $1", process).status()).isZero();
  }
}

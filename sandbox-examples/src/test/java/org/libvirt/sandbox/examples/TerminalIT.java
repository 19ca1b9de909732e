package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command on a terminal, as somebody who sits there knows it. */
final class TerminalIT {
  /** What a shell in a sandbox is told to show: the commands that are typed here do not have it. */
  private static final String PROMPT = "in>";

  private final Traces traces = new Traces();
  @TempDir private Path directory;
  private Screen screen;

  @BeforeEach
  void openScreen() {
    screen = Screen.open(directory);
    screen.line("stty -g >before; v() { virt-sandbox -n " + traces.name() + " \"$@\"; }");
  }

  @AfterEach
  void closeScreen() {
    screen.close();
  }

  @Test
  void a_shell_has_job_control_and_its_status_comes_back_BUG_50() {
    startShell();
    screen.line("sleep 1000");
    screen.awaitText("sleep 1000");
    screen.keys("C-z");
    screen.awaitText("Stopped");
    screen.line("fg && :");
    screen.awaitText("fg && :\nsleep 1000");
    screen.keys("C-c");
    screen.line("echo \"then $?\"; exit 5");

    screen.awaitText("then 130\n");
    assertEnded(5);
  }

  @ParameterizedTest
  @CsvSource({"C-c, 130", "C-\\, 131"})
  void the_keys_for_signals_are_the_programs_BUG_50(String key, int expected) {
    start("-- sh -c 'echo ru''ns; exec sleep 1000'");
    screen.awaitText("runs");

    screen.keys(key);

    assertEnded(expected);
  }

  @Test
  void a_program_that_no_shell_could_continue_is_not_stopped_BUG_50() {
    start("-- sh -c 'echo ru''ns; exec sleep 1000'");
    screen.awaitText("runs");

    screen.keys("C-z");
    screen.awaitText("^Z");
    screen.keys("C-c");

    assertEnded(130);
  }

  @Test
  void the_programs_terminal_has_the_size_of_the_users_and_follows_it_BUG_50() {
    start(
        "-- sh -c 'stty size; until test \"$(stty size)\" = \"30 100\"; do sleep 0.1; done; exit 4'");
    screen.awaitText("\n24 80");

    screen.resize(30, 100);

    assertEnded(4);
  }

  @Test
  void the_kind_of_terminal_is_passed_on_BUG_50() {
    screen.line("export TERM=vt220 LANG=C.UTF-8 LC_TIME=C.UTF-8; unset LC_ALL");
    start("-- sh -c 'echo \"=$TERM,$LANG,$LC_TIME,$LC_ALL=\"'");

    screen.awaitText("=vt220,C.UTF-8,C.UTF-8,=");
  }

  @Test
  void a_locale_that_the_command_sets_for_itself_is_not_passed_on() {
    screen.line("export LC_ALL=POSIX");
    start("-- sh -c 'echo \"=$LC_ALL=\"'");

    screen.awaitText("=POSIX=");
  }

  @Test
  void a_password_is_not_shown() {
    start("-- sh -c 'stty -echo; echo Pass''word:; read word; stty echo; echo $word | rev'");
    screen.awaitText("Password:");

    screen.line("secret");

    screen.awaitText("terces");
    assertThat(screen.shown()).doesNotContain("secret");
    assertEnded(0);
  }

  @Test
  void the_escape_character_ends_the_run_from_the_middle_of_what_is_typed_BUG_26() {
    start("-- sh -c 'trap \"\" INT TERM; echo ru''ns; cat'");
    screen.awaitText("runs");

    screen.together("abc\035def");

    screen.awaitText("virt-sandbox: ended by the escape character, Ctrl-]\n");
    assertEnded(125);
  }

  @Test
  void an_escape_character_that_the_program_writes_means_nothing_BUG_25() {
    start("-- sh -c 'printf \"a\\035b\"; exit 6'");

    assertEnded(6);
  }

  @Test
  void the_escape_character_can_be_another_BUG_26() {
    start("--escape ^P -- sh -c 'echo ru''ns; od -An -c'");
    screen.awaitText("runs");
    screen.together("a\035\n");
    screen.keys("C-d");
    screen.awaitText("a 035");

    assertEnded(0);
  }

  @Test
  void stopped_from_outside_it_gives_the_terminal_back_and_takes_it_again_when_continued() {
    screen.line("virt-sandbox -n " + traces.name() + " -e PS1=in\\> -- bash --norc");
    screen.awaitText(PROMPT);

    send("TSTP");
    screen.awaitText("Stopped");
    screen.line("cmp before <(stty -g) && echo un''changed");
    screen.awaitText("unchanged");
    screen.resize(30, 100);
    screen.line("fg; echo st''atus $?; cmp before <(stty -g) && echo un''changed");
    screen.line("until test \"$(stty size)\" = '30 100'; do sleep 0.1; done; exit 4");

    assertEnded(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "HUP", "INT"})
  void a_signal_from_outside_restores_the_terminal_BUG_53(String signal) {
    start("-- sh -c 'trap \"exit 3\" HUP INT TERM; echo ru''ns; while :; do sleep 0.1; done'");
    screen.awaitText("runs");

    send(signal);

    assertEnded(3);
  }

  @Test
  void a_time_limit_restores_the_terminal() {
    start("--timeout 1 -- sleep 1000");

    assertEnded(124);
  }

  @Test
  void killed_outright_the_command_has_its_terminal_restored_all_the_same_BUG_53() {
    // of a shell that would not do so itself, as bash does after a job that was killed
    screen.line(
        "sh -c '\"$@\"; until stty -g | cmp -s before -; do sleep 0.1; done; echo res\"\"tored' sh"
            + " virt-sandbox -n "
            + traces.name()
            + " -- sh -c 'echo ru\"\"ns; sleep 1000'");
    screen.awaitText("runs");

    send("KILL");

    screen.awaitText("restored");
    await().atMost(Shell.LIMIT).untilAsserted(() -> assertThat(traces.all()).isEmpty());
  }

  @Test
  void vim_edits() {
    start("-- sh -c 'vim -u NONE -n /tmp/text; rev /tmp/text'");
    screen.awaitText("[New");
    screen.together("ihello");
    screen.keys("Escape");
    screen.awaitText("hello");
    screen.line(":wq");

    screen.awaitText("olleh");
    assertEnded(0);
  }

  @Test
  void less_pages() {
    start("-- sh -c 'seq 1000 | less'");
    screen.awaitText("\n23\n");
    screen.keys("Space");
    screen.awaitText("\n46\n");
    screen.keys("q");

    assertEnded(0);
  }

  private void startShell() {
    start("-e PS1=in\\> -- bash --norc");
    screen.awaitText(PROMPT);
  }

  /** Runs the command, and then tells how it ended and what it left of the terminal's modes. */
  private void start(String arguments) {
    screen.line("v " + arguments + "; echo st''atus $?; cmp before <(stty -g) && echo un''changed");
  }

  private void assertEnded(int status) {
    screen.awaitText("status " + status + "\nunchanged\n");
    assertThat(traces.all()).isEmpty();
  }

  /** To the command's own process. */
  private void send(String signal) {
    long command =
        ProcessHandle.allProcesses()
            .filter(process -> process.info().arguments().isPresent())
            .filter(process -> isCommand(String.join(" ", process.info().arguments().get())))
            .findFirst()
            .orElseThrow()
            .pid();
    assertThat(Shell.run("kill -$1 $2", signal, Long.toString(command)).status()).isZero();
  }

  private boolean isCommand(String arguments) {
    return arguments.contains("virt-sandbox.jar") && arguments.contains(traces.name());
  }
}

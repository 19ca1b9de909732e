package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RawConsole;
import org.libvirt.sandbox.context.AttachedContext;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Outcome;

@Timeout(180)
final class ConsolesIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @Test
  void a_shell_runs_beside_the_program_and_ends_without_it() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());

    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "echo id=$(id -u) $HOME $container; exit 3\n");

      assertThat(shown(shell)).contains("id=0 /root lxc-libvirt\r\n");
      assertThat(shell.exited().get(30, SECONDS)).isEqualTo(new ExitStatus.Exited(3));
      assertThat(shell.closed().get(30, SECONDS)).isEmpty();
    }

    sandbox.console().stdin().write("still here\n".getBytes(UTF_8));
    sandbox.console().stdin().close();
    assertThat(new String(sandbox.console().stdout().readAllBytes(), UTF_8))
        .isEqualTo("still here\n");
    assertThat(sandbox.console().exited().get(30, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
  }

  @Test
  void a_shell_sees_the_program_and_has_no_capability() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/sleep", "4242").build());

    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "tr '\\0' ' ' </proc/2/cmdline; grep CapBnd: /proc/self/status; exit\n");

      assertThat(shown(shell)).contains("sleep 4242").contains("CapBnd:\t0000000000000000");
    }
  }

  @Test
  void a_program_of_root_reaches_no_terminal_of_the_domain() throws Exception {
    InteractiveContext sandbox =
        DAEMON.start(withShell("/usr/bin/stat", "-c", "%t:%T", "/dev/tty2").build());

    assertThat(new String(sandbox.console().stdout().readAllBytes(), UTF_8)).isEqualTo("1:3\n");
  }

  @Test
  void after_a_shells_end_the_next_one_comes() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());

    for (int code = 1; code <= 3; code++) {
      try (RawConsole shell = sandbox.shellConsole()) {
        type(shell, "exit " + code + "\n");
        shown(shell);
        assertThat(shell.exited().get(30, SECONDS)).isEqualTo(new ExitStatus.Exited(code));
      }
    }
  }

  @Test
  void a_shell_that_was_left_is_found_as_it_was() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());
    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "mine=kept; echo set-$mine\n");
      readUntil(shell, "set-kept");
    }

    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "echo found-$mine; exit\n");
      assertThat(shown(shell)).contains("found-kept");
    }
  }

  @Test
  void a_terminals_size_and_its_changes_reach_the_shell() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());

    try (RawConsole shell = sandbox.shellConsole()) {
      shell.resize(new TerminalSize(255, 300));
      type(shell, "trap 'stty size' WINCH; stty size\n");
      readUntil(shell, "255 300\r\n");
      shell.resize(new TerminalSize(11, 22));
      type(shell, "stty size\n");
      readUntil(shell, "11 22\r\n");
    }
  }

  @Test
  void every_byte_passes() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());

    try (RawConsole shell = sandbox.shellConsole()) {
      type(
          shell,
          "stty raw -echo; echo $((41 + 1))ready; dd bs=1 count=256 2>/dev/null | od -An -v"
              + " -tu1\n");
      readUntil(shell, "42ready");
      byte[] all = new byte[256];
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < all.length; i++) {
        all[i] = (byte) i;
        expected.append(i).append(' ');
      }
      shell.stdin().write(all);

      String shown = readUntil(shell, "255");
      assertThat(shown.replaceAll("\\s+", " ")).contains(expected.toString().strip());
    }
  }

  @Test
  void one_has_a_shell_at_a_time() {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());

    try (RawConsole shell = sandbox.shellConsole();
        AttachedContext other = AttachedContext.attach(sandbox.uuid().toString())) {
      assertThatThrownBy(other::shellConsole)
          .isInstanceOf(SandboxException.class)
          .hasMessage(
              "the shell console of sandbox '%s' is attached by process %d; leave it there first",
              sandbox.name(), ProcessHandle.current().pid());
      assertThat(shell.closed()).isNotDone();
    }
    sandbox.shellConsole().close();
  }

  @Test
  void a_sandbox_without_a_shell_says_so() {
    InteractiveContext sandbox = DAEMON.start("/bin/cat");

    assertThatThrownBy(sandbox::shellConsole)
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("has no shell console");
  }

  @Test
  void an_idle_shell_does_not_hold_up_the_end() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/sh", "-c", "read line").build());

    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "echo $((41 + 1))idle\n");
      readUntil(shell, "42idle");
      sandbox.console().stdin().close();

      assertThat(sandbox.console().exited().get(30, SECONDS)).isEqualTo(new ExitStatus.Exited(1));
      shown(shell);
      // a terminal that hangs up wakes who reads from it, who finds its end, and sends SIGHUP then
      assertThat(shell.exited().get(30, SECONDS))
          .isIn(new ExitStatus.Signaled(1), new ExitStatus.Exited(0));
    }
  }

  @Test
  void a_program_that_ends_at_once_needs_no_shell() throws Exception {
    Outcome outcome = DAEMON.run(withShell("/bin/true").build());

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(0));
  }

  @Test
  void a_shell_whose_output_nobody_reads_holds_up_nothing() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());

    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "yes | head -c 3000000\n");
      sandbox.console().stdin().write("echoed\n".getBytes(UTF_8));
      sandbox.console().stdin().close();

      assertThat(new String(sandbox.console().stdout().readAllBytes(), UTF_8))
          .isEqualTo("echoed\n");
      assertThat(sandbox.console().exited().get(30, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
    }
  }

  @Test
  void the_log_tells_how_far_the_supervisor_has_come_if_the_config_says_debug() throws Exception {
    InteractiveContext sandbox =
        DAEMON.start(InteractiveConfig.builder().command("/bin/cat").debug(true).build());

    try (RawConsole log = sandbox.logConsole()) {
      readUntil(log, "program 0: being started");
      sandbox.console().stdin().close();
      readUntil(log, "program 0: ended, status 0x0");
      assertThatThrownBy(() -> log.stdin().write(1))
          .isInstanceOf(IOException.class)
          .hasMessage("a sandbox's log takes no input");
    }
  }

  @Test
  void log_shell_and_program_are_used_at_once() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").debug(true).build());

    try (RawConsole log = sandbox.logConsole();
        RawConsole shell = sandbox.shellConsole()) {
      readUntil(log, "console 1: program started");
      type(shell, "exit 4\n");
      sandbox.console().stdin().write("in between\n".getBytes(UTF_8));
      readUntil(log, "console 1: program ended, status 0x400");
      shown(shell);
      assertThat(shell.exited().get(30, SECONDS)).isEqualTo(new ExitStatus.Exited(4));
      byte[] echoed = sandbox.console().stdout().readNBytes(11);
      assertThat(new String(echoed, UTF_8)).isEqualTo("in between\n");
    }
  }

  @Test
  void another_process_uses_the_shell_and_the_program_goes_on() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());

    Process other = attacher(sandbox.name());
    try (OutputStream input = other.getOutputStream()) {
      input.write("echo from $((40 + 2)); exit 5\n".getBytes(UTF_8));
    }
    String shown = new String(other.getInputStream().readAllBytes(), UTF_8);

    assertThat(shown).contains("from 42\r\n");
    assertThat(other.waitFor()).isEqualTo(5);
    assertThat(sandbox.console().exited()).isNotDone();
  }

  @Test
  void an_attacher_that_is_killed_leaves_the_shell_to_the_next() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/cat").build());
    Process other = attacher(sandbox.name());
    OutputStream input = other.getOutputStream();
    input.write("mine=kept; echo set-$mine\n".getBytes(UTF_8));
    input.flush();
    readUntil(other.getInputStream(), "set-kept");
    assertThatThrownBy(sandbox::shellConsole).hasMessageContaining("process " + other.pid());

    other.destroyForcibly().waitFor();

    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "echo found-$mine; exit 6\n");
      assertThat(shown(shell)).contains("found-kept");
      assertThat(shell.exited().get(30, SECONDS)).isEqualTo(new ExitStatus.Exited(6));
    }
  }

  @Test
  void an_attached_context_ends_the_sandbox_only_when_it_is_told_to() throws Exception {
    InteractiveContext sandbox = DAEMON.start("/bin/cat");
    AttachedContext.attach(sandbox.name()).close();
    assertThat(sandbox.console().exited()).isNotDone();

    try (AttachedContext other = AttachedContext.attach(sandbox.name())) {
      other.stop();
    }

    // libvirt sends SIGTERM to all that is in the container, and either end may be told first
    assertThat(sandbox.console().exited().get(30, SECONDS))
        .isInstanceOfAny(ExitStatus.Lost.class, ExitStatus.Signaled.class);
  }

  @Test
  void nobody_attaches_to_what_does_not_run() {
    assertThatThrownBy(() -> AttachedContext.attach("nobody"))
        .isInstanceOf(SandboxException.class)
        .hasMessage("no sandbox is called 'nobody'");
  }

  private static InteractiveConfig.Builder withShell(String... command) {
    return InteractiveConfig.builder().command(command).shell(true);
  }

  private static void type(RawConsole shell, String text) throws IOException {
    shell.stdin().write(text.getBytes(UTF_8));
  }

  private static String shown(RawConsole console) throws IOException {
    return new String(console.stdout().readAllBytes(), UTF_8);
  }

  private static String readUntil(RawConsole console, String text) throws IOException {
    return readUntil(console.stdout(), text);
  }

  private static String readUntil(InputStream from, String text) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = from.read();
      assertThat(next).as("end of what is shown, after: %s", read).isNotNegative();
      read.append((char) next);
    }
    return read.toString();
  }

  private static Process attacher(String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Attacher.class.getName(),
            name)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** A process that joins its own streams to a sandbox's shell. */
  static final class Attacher {
    private Attacher() {}

    public static void main(String[] arguments) throws Exception {
      try (AttachedContext sandbox = AttachedContext.attach(arguments[0]);
          RawConsole shell = sandbox.shellConsole()) {
        shell.attachStdio().written().join();
        System.exit(((ExitStatus.Exited) shell.exited().join()).code());
      }
    }
  }
}

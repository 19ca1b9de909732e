package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RawConsole;
import org.libvirt.sandbox.context.AttachedContext;
import org.libvirt.sandbox.context.InteractiveContext;

/** The log and the shell of a machine: one that all tests share, and others that end. */
@Timeout(300)
final class MachineConsolesIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @SuppressWarnings("NullAway.Init")
  private static InteractiveContext shared;

  @BeforeAll
  static void start() {
    // not by the daemon's extension, which closes what it starts after each test
    shared =
        InteractiveContext.start(DAEMON.connection(), withShell("/bin/cat").debug(true).build());
  }

  @AfterAll
  static void close() {
    shared.close();
  }

  @Test
  void a_shell_runs_beside_the_program_and_ends_without_it() throws Exception {
    try (RawConsole shell = shared.shellConsole()) {
      type(shell, "echo id=$(id -u) $HOME $container; exit 3\n");

      assertThat(shown(shell)).contains("id=0 /root qemu\r\n");
      assertThat(shell.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(3));
      assertThat(shell.closed().get(60, SECONDS)).isEmpty();
    }

    shared.console().stdin().write("still here\n".getBytes(UTF_8));
    shared.console().stdin().flush();
    assertThat(shared.console().stdout().readNBytes(11)).asString().isEqualTo("still here\n");
  }

  @Test
  void a_shell_sees_the_program_and_neither_the_ports_nor_a_capability() throws Exception {
    try (RawConsole shell = shared.shellConsole()) {
      type(
          shell,
          "tr '\\0' ' ' </proc/2/cmdline; grep CapBnd: /proc/self/status; ls /dev | grep vport;"
              + " exit\n");

      assertThat(shown(shell))
          .contains("/bin/cat")
          .contains("CapBnd:\t0000000000000000")
          .doesNotContain("vport0");
    }
  }

  @Test
  void a_shell_that_was_left_is_found_as_it_was() throws Exception {
    try (RawConsole shell = shared.shellConsole()) {
      type(shell, "mine=kept; echo set-$mine\n");
      readUntil(shell, "set-kept");
    }

    try (RawConsole shell = shared.shellConsole()) {
      type(shell, "echo found-$mine; exit\n");
      assertThat(shown(shell)).contains("found-kept");
    }
  }

  @Test
  void a_terminals_size_and_its_changes_reach_the_shell() throws Exception {
    try (RawConsole shell = shared.shellConsole()) {
      shell.resize(new TerminalSize(255, 300));
      type(shell, "stty size\n");
      readUntil(shell, "255 300\r\n");
      shell.resize(new TerminalSize(11, 22));
      type(shell, "stty size\n");
      readUntil(shell, "11 22\r\n");
      type(shell, "exit\n");
      shown(shell);
    }
  }

  @Test
  void half_a_mebibyte_passes_whole() throws Exception {
    try (RawConsole shell = shared.shellConsole()) {
      type(
          shell, "stty -opost; head -c 524288 /dev/zero | tr '\\0' x; echo $((41 + 1))end; exit\n");

      String shown = shown(shell);

      assertThat(shown.chars().filter(letter -> letter == 'x').count()).isBetween(524288L, 524300L);
      assertThat(shown).contains("x42end");
    }
  }

  @Test
  void one_has_a_shell_at_a_time_and_another_process_finds_it() throws Exception {
    try (AttachedContext other = AttachedContext.attach(shared.name())) {
      try (RawConsole shell = shared.shellConsole()) {
        assertThat(shell.closed()).isNotDone();
        assertThatThrownBy(other::shellConsole)
            .isInstanceOf(SandboxException.class)
            .hasMessageContaining("is attached by process");
      }
      try (RawConsole shell = other.shellConsole()) {
        type(shell, "exit 5\n");
        shown(shell);
        assertThat(shell.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(5));
      }
    }
  }

  @Test
  void the_log_tells_from_the_beginning_how_far_kernel_and_supervisor_have_come() throws Exception {
    try (RawConsole log = shared.logConsole()) {
      assertThat(readUntil(log, "program 0: being started")).contains("Linux version");
    }
  }

  @Test
  void an_idle_shell_does_not_hold_up_the_end_and_the_log_ends_with_the_machine() throws Exception {
    InteractiveContext sandbox = DAEMON.start(withShell("/bin/sh", "-c", "read line").build());

    try (RawConsole shell = sandbox.shellConsole()) {
      type(shell, "echo $((41 + 1))idle\n");
      readUntil(shell, "42idle");
      sandbox.console().stdin().close();

      assertThat(sandbox.console().exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(1));
      shown(shell);
      // its terminal hangs up: the kernel wakes its read, which finds the end, before SIGHUP is
      // sent
      assertThat(shell.exited().get(60, SECONDS))
          .isInstanceOfAny(ExitStatus.Signaled.class, ExitStatus.Exited.class);
    }
    try (AttachedContext other = AttachedContext.attach(sandbox.name());
        RawConsole log = other.logConsole()) {
      sandbox.close();
      shown(log);
      assertThat(log.exited().get(60, SECONDS)).isInstanceOf(ExitStatus.Lost.class);
    }
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
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = console.stdout().read();
      assertThat(next).as("end of what is shown, after: %s", read).isNotNegative();
      read.append((char) next);
    }
    return read.toString();
  }
}

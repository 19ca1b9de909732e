package org.libvirt.sandbox.contract;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.TerminalSize;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/** Programs whose config asks for a terminal. */
@Timeout(300)
public abstract class TerminalContract {
  private static final String INTERRUPT = "\003";
  private static final String SUSPEND = "\032";

  private final SandboxDaemon daemon;

  protected TerminalContract(SandboxDaemon daemon, ChannelKind channel) {
    this.daemon = daemon;
    daemon.use(channel);
  }

  @Test
  void all_three_streams_are_one_controlling_terminal_BUG_50() throws Exception {
    var outcome =
        daemon.run(onTerminal("tty; echo all >/dev/tty; echo err >&2; test -t 0 -a -t 1"));

    assertThat(outcome)
        .isEqualTo(new Outcome(new ExitStatus.Exited(0), "/dev/pts/0\r\nall\r\nerr\r\n", ""));
  }

  @LongOnMachines("the test of its changes has the size, too")
  @Test
  void a_terminal_of_no_given_size_has_24_rows_of_80_columns_BUG_50() throws Exception {
    assertThat(daemon.run(onTerminal("stty size")).stdout()).isEqualTo("24 80\r\n");
  }

  @Test
  void a_terminal_has_its_size_from_the_start_and_the_program_hears_of_changes_BUG_50()
      throws Exception {
    var config =
        onTerminal(
            "stty size; trap 'stty size; exit' WINCH; echo set; while :; do sleep 0.05; done");
    try (var sandbox =
        InteractiveContext.start(
            daemon.connection(),
            config,
            daemon.options().toBuilder().terminalSize(new TerminalSize(50, 132)).build())) {
      var terminal = new Dialogue(sandbox.console());
      terminal.awaitText("50 132\r\nset\r\n");

      sandbox.console().resize(new TerminalSize(33, 44));

      assertThat(terminal.toEnd()).endsWith("\n33 44\r\n");
    }
  }

  @LongOnMachines("the kernel's, as in a container; job control is more of it")
  @Test
  void an_interrupt_that_is_typed_ends_the_program_BUG_50() throws Exception {
    var terminal = dialogue("echo runs; exec sleep 1000");
    terminal.awaitText("runs");

    terminal.type(INTERRUPT);

    assertThat(terminal.status()).isEqualTo(new ExitStatus.Signaled(2));
  }

  @Test
  void a_shell_has_job_control_BUG_50() throws Exception {
    var terminal = dialogue("exec sh -i");
    terminal.type("cat\n");
    terminal.type("before\n");
    // what is typed, and what cat says of it: only now is a key meant for cat
    terminal.awaitText("before\r\n");
    terminal.awaitText("before\r\n");
    terminal.type(SUSPEND);
    terminal.awaitText("Stopped");
    terminal.type("fg\n");
    terminal.awaitText("fg\r\n");
    terminal.type("after\n");
    terminal.awaitText("after\r\n");
    terminal.awaitText("after\r\n");
    terminal.type(INTERRUPT);
    terminal.awaitText("# ");
    terminal.type("echo \"then $?\"; exit 5\n");

    terminal.awaitText("then 130\r\n");

    assertThat(terminal.status()).isEqualTo(new ExitStatus.Exited(5));
  }

  @LongOnMachines("the kernel's, as in a container; job control is more of it")
  @Test
  void a_password_is_not_shown() throws Exception {
    var terminal =
        dialogue("stty -echo; echo Password:; read word; stty echo; echo got $word | rev");
    terminal.awaitText("Password:\r\n");

    terminal.type("secret\n");

    assertThat(terminal.toEnd()).isEqualTo("Password:\r\nterces tog\r\n");
  }

  @Test
  void the_end_of_input_is_typed() throws Exception {
    var sandbox = daemon.start(onTerminal("cat; echo end"));
    var terminal = new Dialogue(sandbox.console());

    terminal.type("line\n");
    sandbox.console().stdin().close();

    assertThat(terminal.toEnd()).endsWith("line\r\nend\r\n");
  }

  @LongOnMachines("a signal; the test of exit status has one without a terminal")
  @Test
  void a_signal_reaches_a_program_with_a_terminal() throws Exception {
    var sandbox =
        daemon.start(onTerminal("trap 'exit 9' TERM; echo set; while :; do sleep 0.05; done"));
    var terminal = new Dialogue(sandbox.console());
    terminal.awaitText("set");

    sandbox.console().signal(15);

    assertThat(terminal.status()).isEqualTo(new ExitStatus.Exited(9));
  }

  @Test
  void a_terminal_of_which_nobody_reads_any_more_hangs_up() throws Exception {
    var console =
        daemon.start(onTerminal("trap 'exit 7' HUP; while :; do sleep 0.05; done")).console();

    console.stdout().close();

    assertThat(console.exited().get(60, SECONDS))
        .isIn(new ExitStatus.Exited(7), new ExitStatus.Signaled(1));
  }

  private Dialogue dialogue(String script) {
    return new Dialogue(daemon.start(onTerminal(script)).console());
  }

  private static InteractiveConfig onTerminal(String script) {
    return InteractiveConfig.builder().command("/bin/sh", "-c", script).tty(true).build();
  }
}

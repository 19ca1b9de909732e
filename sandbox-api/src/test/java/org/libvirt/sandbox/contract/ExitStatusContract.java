package org.libvirt.sandbox.contract;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RpcConsole;

/** How programs end, and those that cannot be started. */
@Timeout(300)
public abstract class ExitStatusContract {
  private static final int ENOENT = 2;
  private static final int EACCES = 13;
  private static final int ENOTDIR = 20;

  private final SandboxDaemon daemon;

  // not in /tmp, which a sandbox has of its own
  @TempDir(factory = VisibleDirectory.class)
  static Path programs;

  protected ExitStatusContract(SandboxDaemon daemon, ChannelKind channel) {
    this.daemon = daemon;
    daemon.use(channel);
  }

  @LongOnMachines("three boots; processes end by codes in many tests")
  @ParameterizedTest
  @ValueSource(ints = {0, 7, 255})
  void a_program_that_exits_gives_its_code(int code) throws Exception {
    Outcome outcome = daemon.sh("exit " + code);

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(code));
  }

  @LongOnMachines("three boots; processes and terminals have signals")
  @ParameterizedTest
  @ValueSource(ints = {9, 11, 15})
  void a_program_that_a_signal_ends_gives_the_signal(int signal) throws Exception {
    Outcome outcome = daemon.sh("kill -" + signal + " $$");

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Signaled(signal));
  }

  @LongOnMachines("four boots; the program that takes a signal has it")
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9, 15})
  void a_signal_from_outside_ends_the_program(int signal) throws Exception {
    RpcConsole console = daemon.start("/bin/sleep", "1000").console();

    console.signal(signal);

    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Signaled(signal));
  }

  @Test
  void a_signal_that_the_program_takes_does_not_end_it() throws Exception {
    RpcConsole console =
        daemon
            .start("/bin/sh", "-c", "trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done")
            .console();
    console.stdout().read();

    console.signal(10);

    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(9));
  }

  @LongOnMachines("the reaper's, which is a container's too; the test of many orphans has it")
  @Test
  void an_orphan_that_ends_before_the_program_does_not_change_its_status_BUG_11() throws Exception {
    Outcome outcome = daemon.sh("(sh -c 'exit 3' & ) ; sleep 0.5; exit 7");

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(7));
  }

  @LongOnMachines("the reaper's, which is a container's too; the test of many orphans has it")
  @Test
  void an_orphan_that_ends_after_the_program_does_not_change_its_status_BUG_11() throws Exception {
    Outcome outcome = daemon.sh("(sh -c 'sleep 0.3; exit 3' & ) ; exit 7");

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(7));
  }

  @Test
  void many_orphans_do_not_change_the_status_BUG_11() throws Exception {
    Outcome outcome =
        daemon.sh("i=0; while [ $i -lt 200 ]; do (true &); i=$((i+1)); done; echo all; exit 7");

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus.Exited(7), "all\n", ""));
  }

  @Test
  void what_a_program_leaves_in_the_background_holds_up_nobody() throws Exception {
    Outcome outcome = daemon.sh("sleep 1000.0416 & echo hi");

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus.Exited(0), "hi\n", ""));
  }

  @LongOnMachines("execution is by the code that containers have")
  @Test
  void a_program_is_found_on_the_path() throws Exception {
    Outcome outcome = daemon.run("sh", "-c", "echo $0");

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus.Exited(0), "sh\n", ""));
  }

  @LongOnMachines("execution is by the code that containers have")
  @Test
  void a_program_is_looked_up_on_the_path_of_the_config() throws Exception {
    program("only-here", "#!/bin/sh\necho found", "rwxr-xr-x");

    Outcome outcome =
        daemon.run(
            InteractiveConfig.builder()
                .command("only-here")
                .environment("PATH", "/nowhere:" + programs + ":/bin")
                .build());

    assertThat(outcome.stdout()).isEqualTo("found\n");
  }

  @LongOnMachines("three boots; the script whose interpreter is missing is not found either")
  @ParameterizedTest
  @ValueSource(strings = {"/does/not/exist", "no-such-program", "/bin/no-such-program"})
  void a_program_that_is_missing_is_not_found(String program) {
    ProgramNotStartedException refusal = refusalOf(program);

    assertThat(refusal.isNotFound()).isTrue();
    assertThat(refusal.errno()).isEqualTo(ENOENT);
    assertThat(refusal).hasMessageContaining(program);
  }

  @LongOnMachines("execution is by the code that containers have")
  @Test
  void a_program_below_a_file_is_not_found() {
    ProgramNotStartedException refusal = refusalOf("/etc/passwd/program");

    assertThat(refusal.isNotFound()).isTrue();
    assertThat(refusal.errno()).isEqualTo(ENOTDIR);
  }

  @Test
  void a_file_that_may_not_be_executed_is_found_but_not_executed() {
    ProgramNotStartedException refusal = refusalOf("/etc/passwd");

    assertThat(refusal.isExecFailure()).isTrue();
    assertThat(refusal.isNotFound()).isFalse();
    assertThat(refusal.errno()).isEqualTo(EACCES);
  }

  @LongOnMachines("execution is by the code that containers have")
  @Test
  void a_directory_is_found_but_not_executed() {
    ProgramNotStartedException refusal = refusalOf("/etc");

    assertThat(refusal.isExecFailure()).isTrue();
    assertThat(refusal.isNotFound()).isFalse();
    assertThat(refusal.errno()).isEqualTo(EACCES);
  }

  @LongOnMachines("execution is by the code that containers have")
  @Test
  void a_script_without_an_interpreter_is_the_shells() throws Exception {
    Path script = program("plain", "echo \"$1 by $(readlink /proc/$$/exe)\"; exit 4", "rwxr-xr-x");

    Outcome outcome = daemon.run(script.toString(), "run");

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(4));
    assertThat(outcome.stdout()).matches("run by (/usr)?/bin/[a-z]*sh\n");
  }

  /** As with execvp and any shell: an empty script does nothing, well. */
  @LongOnMachines("execution is by the code that containers have")
  @Test
  void an_empty_program_succeeds() throws Exception {
    Path script = program("empty", "", "rwxr-xr-x");

    Outcome outcome = daemon.run(script.toString());

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus.Exited(0), "", ""));
  }

  @Test
  void a_script_whose_interpreter_is_missing_is_not_found() throws Exception {
    Path script = program("bad-interpreter", "#!/no/such/interpreter\n", "rwxr-xr-x");

    ProgramNotStartedException refusal = refusalOf(script.toString());

    assertThat(refusal.isNotFound()).isTrue();
    assertThat(refusal.errno()).isEqualTo(ENOENT);
  }

  @LongOnMachines("execution is by the code that containers have")
  @Test
  void a_script_whose_interpreter_may_not_be_executed_is_not_executed() throws Exception {
    Path script = program("data-interpreter", "#!/etc/passwd\n", "rwxr-xr-x");

    ProgramNotStartedException refusal = refusalOf(script.toString());

    assertThat(refusal.isExecFailure()).isTrue();
    assertThat(refusal.errno()).isEqualTo(EACCES);
  }

  private ProgramNotStartedException refusalOf(String program) {
    InteractiveConfig config = InteractiveConfig.builder().command(program).build();
    ProgramNotStartedException refusal =
        catchThrowableOfType(ProgramNotStartedException.class, () -> daemon.start(config));
    assertThat(refusal.getMessage().lines()).hasSize(1);
    assertThat(daemon.traces().cgroups(config.name())).isEmpty();
    return refusal;
  }

  private static Path program(String name, String text, String mode) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}

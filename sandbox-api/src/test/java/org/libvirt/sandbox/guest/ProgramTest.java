package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs: how they are found, started and ended. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class ProgramTest {
  private static final int ENOENT = 2;
  private static final int ESRCH = 3;
  private static final int EACCES = 13;
  private static final int EAGAIN = 11;
  private static final int MOST_PROGRAMS = 64;
  private static final int STAGE_RECORD = 2;
  private static final int STAGE_DIRECTORY = 8;
  private static final int STAGE_EXEC = 9;

  private final InitBuild build;

  ProgramTest(InitBuild build) {
    this.build = build;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 255})
  void its_exit_status_arrives(int code) throws Exception {
    try (var guest = Guest.greeted(build)) {
      var outcome = guest.run(LaunchRecord.shell("exit " + code));

      assertThat(outcome.code()).isEqualTo(code);
      assertThat(outcome.signal()).isZero();
    }
  }

  @Test
  void the_first_one_ends_the_sandbox_also_if_its_outputs_ended_before_it() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.shell("exec >&- 2>&-; read line; exit 3"));
      guest.drain(0, Frame.STDOUT);
      guest.drain(0, Frame.STDERR);
      guest.stdin(0, "");
      guest.await(Frame.EXIT, 0);

      assertThat(guest.refusalOf(LaunchRecord.of("true")).number(1)).isEqualTo(ESRCH);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 11, 15})
  void the_signal_that_killed_it_arrives(int signal) throws Exception {
    try (var guest = Guest.greeted(build)) {
      var outcome = guest.run(LaunchRecord.shell("kill -" + signal + " $$"));

      assertThat(outcome.signal()).isEqualTo(signal);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 15, 34})
  void a_signal_of_the_host_reaches_it(int signal) throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.of("sleep", "1000"));

      guest.send(Frame.ofNumbers(Frame.SIGNAL, 0, signal));

      assertThat(guest.outcome(0).signal()).isEqualTo(signal);
    }
  }

  @Test
  void a_missing_one_is_an_error_of_exec() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.of("no-such-program"));

      var error = guest.await(Frame.ERROR, 0);

      assertThat(error.number(0)).isEqualTo(STAGE_EXEC);
      assertThat(error.number(1)).isEqualTo(ENOENT);
      assertThat(error.text(8)).contains("no-such-program");
    }
  }

  @Test
  void one_that_may_not_be_executed_is_an_error_of_exec() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.of("/etc/passwd"));

      var error = guest.await(Frame.ERROR, 0);

      assertThat(error.number(0)).isEqualTo(STAGE_EXEC);
      assertThat(error.number(1)).isEqualTo(EACCES);
    }
  }

  @Test
  void a_forbidden_one_does_not_hide_one_further_on_the_path() throws Exception {
    Path directory = Files.createTempDirectory("sandbox-path");
    Path forbidden = Files.createFile(directory.resolve("true"));
    try (var guest = Guest.greeted(build)) {
      var record =
          LaunchRecord.empty()
              .text(16, "true")
              .variable("PATH=" + directory + ":/usr/bin")
              .numbers(19, 0)
              .numbers(20, 0);

      assertThat(guest.run(record).waitStatus()).isZero();
    } finally {
      Files.delete(forbidden);
      Files.delete(directory);
    }
  }

  @Test
  void a_script_without_an_interpreter_line_is_run_by_the_shell() throws Exception {
    Path script = Files.createTempFile("sandbox-script", "");
    Files.writeString(script, "echo \"$1\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var guest = Guest.greeted(build)) {
      var outcome = guest.run(LaunchRecord.of(script.toString(), "given"));

      assertThat(outcome.stdout()).isEqualTo("given\n");
    } finally {
      Files.delete(script);
    }
  }

  @Test
  void a_failed_start_leaves_the_number_free() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.of("no-such-program"));
      guest.await(Frame.ERROR, 0);

      assertThat(guest.run(LaunchRecord.of("true")).waitStatus()).isZero();
    }
  }

  @Test
  void an_orphan_that_ends_does_not_change_its_status_BUG_11() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var outcome =
          guest.run(
              LaunchRecord.shell("(sh -c 'sleep 0.05; exit 3' &) ; (exit 9) ; sleep 0.2; exit 5"));

      assertThat(outcome.code()).isEqualTo(5);
    }
  }

  @Test
  void several_run_at_once_and_end_each_with_its_own_status() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.of("cat"));
      for (int serial = 1; serial <= 5; serial++) {
        guest.startFreely(serial, LaunchRecord.shell("echo p" + serial + "; exit " + serial));
      }

      for (int serial = 1; serial <= 5; serial++) {
        var outcome = guest.outcome(serial);
        assertThat(outcome.stdout()).isEqualTo("p" + serial + "\n");
        assertThat(outcome.code()).isEqualTo(serial);
      }
      guest.stdin(0, "");
      assertThat(guest.outcome(0).code()).isZero();
    }
  }

  @Test
  void a_background_process_holds_up_nobody_and_is_ended() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var outcome = guest.run(LaunchRecord.shell("sleep 1000 & echo hi"));

      assertThat(outcome.stdout()).isEqualTo("hi\n");
      assertThat(outcome.code()).isZero();
      await().until(() -> guest.processes().stream().noneMatch(Guests::isSleep));
    }
  }

  @Test
  void the_environment_is_exactly_the_records() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var outcome = guest.run(LaunchRecord.of("env").variable("A=1").variable("EMPTY="));

      assertThat(outcome.stdout().lines())
          .containsExactlyInAnyOrder("PATH=/usr/bin:/bin", "A=1", "EMPTY=");
    }
  }

  @Test
  void the_first_directory_that_can_be_entered_counts() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var record = LaunchRecord.of("pwd").directory("/not/there").directory("/usr/lib");

      assertThat(guest.run(record).stdout()).isEqualTo("/usr/lib\n");
    }
  }

  @Test
  void no_directory_to_enter_is_an_error() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.of("pwd").directory("/not/there"));

      assertThat(guest.await(Frame.ERROR, 0).number(0)).isEqualTo(STAGE_DIRECTORY);
    }
  }

  @Test
  void it_has_three_descriptors_a_session_a_umask_and_limits() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var record =
          LaunchRecord.shell(
                  "for n in 3 4 5 6 7 8 9; do test -e /proc/$$/fd/$n && echo fd $n; done;"
                      + " umask; ulimit -n; test $(ps -o sid= $$) = $$ && echo leader;"
                      + " grep -E 'SigBlk|SigIgn' /proc/self/status")
              .limit(7, 100, 200)
              .numbers(26, 027);

      assertThat(guest.run(record).stdout().lines())
          .containsExactly(
              "0027", "100", "leader", "SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
    }
  }

  @Test
  void a_limit_that_cannot_be_had_is_an_error_that_names_it_and_its_most() throws Exception {
    try (var guest = Guest.greeted(build)) {
      // more than the kernel lets even root have
      guest.start(0, LaunchRecord.of("true").limit(7, 1L << 31, 1L << 31));

      assertThat(guest.await(Frame.ERROR, 0).text(8))
          .matches(
              "cannot set the limit of open files to 2147483648, as no more than \\d+ can"
                  + " be had here; give that or less: .*");
    }
  }

  @Test
  void a_users_processes_are_limited_to_the_last_one() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var record =
          LaunchRecord.as(
                  54_321,
                  54_321,
                  "sh",
                  "-c",
                  // who started it needs a moment to be gone
                  "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done;"
                      + " while sleep 1000 >/dev/null 2>&1 & do echo one; done")
              .limit(6, 5, 5);

      Outcome outcome = guest.run(record);

      // the shell is the fifth
      assertThat(outcome.stdout().lines()).hasSize(4);
      assertThat(outcome.stderr()).contains("fork");
    }
  }

  @Test
  void a_user_may_have_a_single_process() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var record = LaunchRecord.as(54_322, 54_322, "echo", "alone").limit(6, 1, 1);

      assertThat(guest.run(record).stdout()).isEqualTo("alone\n");
    }
  }

  @Test
  void one_more_than_64_is_refused_until_another_has_ended() throws Exception {
    try (var guest = Guest.greeted(build)) {
      for (int serial = 0; serial < MOST_PROGRAMS; serial++) {
        guest.startFreely(serial, LaunchRecord.of("cat"));
      }

      guest.start(MOST_PROGRAMS, LaunchRecord.of("true"));
      var error = guest.await(Frame.ERROR, MOST_PROGRAMS);
      guest.stdin(1, "");
      guest.outcome(1);
      guest.startFreely(MOST_PROGRAMS, LaunchRecord.of("true"));

      assertThat(error.number(0)).isEqualTo(STAGE_RECORD);
      assertThat(error.number(1)).isEqualTo(EAGAIN);
      assertThat(guest.outcome(MOST_PROGRAMS).waitStatus()).isZero();
    }
  }
}

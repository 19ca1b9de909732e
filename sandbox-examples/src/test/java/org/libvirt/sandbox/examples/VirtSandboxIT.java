package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.examples.Shell.Outcome;

/** One command, and what comes of it. */
final class VirtSandboxIT {
  private static final String OUT_OF_TIME =
      "virt-sandbox: the sandbox reached its time limit of 0.5 s; give it more with --timeout\n";

  private final Traces traces = new Traces();
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"lxc:///", "qemu:///system"})
  void the_first_command_of_the_readme_keeps_its_promise(String uri) {
    var ran = Shell.run("virt-sandbox -c $1 -- /bin/sh -c 'id -u; hostname; exit 7'", uri);

    assertThat(ran.status()).isEqualTo(7);
    assertThat(ran.out()).matches("0\nsandbox-[0-9a-f]{8}\n");
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void a_named_sandbox_has_its_name_for_a_host_name_and_leaves_nothing() {
    var ran = Shell.run("virt-sandbox -n \"$1\" -- hostname", traces.name());

    assertThat(ran.out()).isEqualTo(traces.name() + "\n");
    assertThat(ran.status()).isZero();
    assertThat(traces.all()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"exit 0, 0", "exit 255, 255", "kill -9 $$, 137", "kill -11 $$, 139", "kill $$, 143"})
  void the_programs_end_is_the_commands_status_BUG_4(String program, int expected) {
    var ran = Shell.run("virt-sandbox -- /bin/sh -c \"$1\"", program);

    assertThat(ran).extracting(Outcome::status, Outcome::err).containsExactly(expected, "");
  }

  @Test
  void what_a_virtual_machine_cannot_have_is_refused_in_one_line_before_it_starts() {
    var ran = Shell.run("virt-sandbox -c qemu:///system -m host-bind:/mnt=/etc/passwd -- true");

    assertThat(ran.status()).isEqualTo(125);
    assertThat(ran.err())
        .startsWith("virt-sandbox: mount target '/mnt' is no file, but what is mounted there is")
        .containsOnlyOnce("\n");
  }

  @Test
  void an_acceleration_that_is_none_is_refused() {
    var ran = Shell.run("virt-sandbox -c qemu:///system --accel xen -- true");

    assertThat(ran.status()).isEqualTo(125);
    assertThat(ran.err()).contains("acceleration 'xen' is unknown; write auto, kvm or tcg");
  }

  @Test
  void a_program_has_its_three_streams_and_no_signal_ignored_BUG_51() {
    // a list of the directory would hold the descriptor that reads it
    var ran =
        Shell.run(
            """
            virt-sandbox -- sh -c '
              for n in $(seq 0 255); do test -e /proc/$$/fd/$n && echo $n; done
              grep SigIgn /proc/$$/status'
            """);

    assertThat(ran.out()).matches("0\n1\n2\nSigIgn:\t0{16}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "</dev/null >/dev/null 2>&1"})
  void a_run_ends_with_its_program_whatever_that_leaves_running_BUG_51(String streams) {
    var ran =
        Shell.run(
            "virt-sandbox -n \"$1\" -- sh -c \"setsid sleep 1000 $2 & echo out; exit 6\"",
            traces.name(),
            streams);

    assertThat(ran).isEqualTo(new Outcome(6, "out\n", ""));
    assertThat(traces.all()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/etc/passwd, 126", "/nowhere/at-all, 127", "no-such-program, 127"})
  void what_cannot_be_run_is_named_BUG_49(String program, int expected) {
    var ran = Shell.run("virt-sandbox -- \"$1\"", program);

    assertThat(ran.status()).isEqualTo(expected);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("virt-sandbox: ").contains(program).containsOnlyOnce("\n");
  }

  @Test
  void mounts_and_includes_are_as_the_options_say_whatever_the_locale_BUG_62() throws IOException {
    Path shown = Files.createDirectory(directory.resolve("ü b"));
    Files.writeString(shown.resolve("file"), "shown\n");

    var ran =
        Shell.run(
            """
            LC_ALL=C virt-sandbox -m "host-bind:/srv=$1,ro" -m ram:/mnt=1M -i "/mnt/a=$1/file" -- \\
              /bin/sh -c 'cat /srv/file /mnt/a; : > /mnt/b; : > /srv/b'
            """,
            shown.toString());

    assertThat(ran.out()).isEqualTo("shown\nshown\n");
    assertThat(ran.err()).contains("/srv/b: Read-only file system");
    assertThat(ran.status()).isNotZero();
    assertThat(shown).isDirectoryNotContaining("glob:**/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sleep 1000", "trap '' TERM; while :; do sleep 1000; done"})
  void a_program_past_its_time_is_ended(String program) {
    var ran = Shell.run("virt-sandbox --timeout 0.5 -- /bin/sh -c \"$1\"", program);

    assertThat(ran).extracting(Outcome::status, Outcome::err).containsExactly(124, OUT_OF_TIME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"exec yes", "head -c 500000 /dev/zero"})
  void a_time_limit_holds_where_nobody_reads_the_output(String program) {
    // a FIFO that the command itself holds open fills up, and that is all
    var ran =
        Shell.run(
            """
            mkfifo "$2/out" &&
              exec virt-sandbox --timeout 0.5 -- /bin/sh -c "$1" 1<>"$2/out"
            """,
            program,
            directory.toString());

    assertThat(ran).extracting(Outcome::status, Outcome::err).containsExactly(124, OUT_OF_TIME);
  }

  @Test
  void a_program_that_ends_in_time_keeps_its_status() {
    var ran = Shell.run("virt-sandbox --timeout 1h -- /bin/sh -c 'exit 3'");

    assertThat(ran.status()).isEqualTo(3);
  }

  @Test
  void arguments_reach_the_program_as_they_were_typed_BUG_62() {
    // octal, as this JVM's own locale may not have the letters
    var ran =
        Shell.run(
            """
            set -- 'a b' '' '*' "$(printf '\\303\\244\\346\\227\\245')" -n -- @/etc/passwd '$HOME' '"\\'
            printf '[%s]' "$@"
            echo
            LC_ALL=C virt-sandbox -- printf '[%s]' "$@"
            """);

    assertThat(ran.out().lines().distinct()).hasSize(1);
    assertThat(ran.out()).contains("[\u00c3\u00a4\u00e6\u0097\u00a5]");
    assertThat(ran.out().lines()).hasSize(2);
  }

  @Test
  void debug_shows_what_the_supervisor_says_inside() {
    var ran = Shell.run("virt-sandbox -d -- sh -c 'sleep 1; echo out'");

    assertThat(ran.status()).isZero();
    assertThat(ran.out()).isEqualTo("out\n");
    assertThat(ran.err()).contains("sandbox-init: program 0: being started");
  }

  @Test
  void verbose_tells_the_stages_on_stderr_and_changes_nothing_else() {
    var ran = Shell.run("virt-sandbox -v -- /bin/sh -c 'echo out; exit 7'");

    assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(7, "out\n");
    assertThat(ran.err().lines())
        .isNotEmpty()
        .allMatch(line -> line.matches("virt-sandbox: [0-9.]+ ms: .+"));
    assertThat(ran.err()).contains("program started").contains("closed");
  }

  @Test
  void version_and_help_need_no_sandbox() {
    assertThat(Shell.run("virt-sandbox --version").out()).startsWith("libvirt-sandbox version ");
    assertThat(Shell.run("virt-sandbox --help").out()).startsWith("Usage: virt-sandbox ");
  }
}

package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.examples.Shell.Outcome;

/** The program's streams are the command's. */
final class StreamsIT {
  @ParameterizedTest
  @ValueSource(strings = {"</dev/null", "<&-", "</etc/passwd"})
  void stdout_and_stderr_stay_apart_whatever_stdin_is_BUG_6_BUG_7_BUG_52(String stdin) {
    var ran = Shell.run("virt-sandbox -- sh -c 'cat >/dev/null; echo out; echo err >&2' " + stdin);

    assertThat(ran).isEqualTo(ran(0, "out\n", "err\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {">&-", ">/dev/null"})
  void without_a_stdout_stderr_is_whole(String stdout) {
    var ran = Shell.run("virt-sandbox -- sh -c 'echo out; echo err >&2; exit 3' " + stdout);

    assertThat(ran).isEqualTo(ran(3, "", "err\n"));
  }

  @Test
  void without_a_stderr_stdout_is_whole() {
    var ran = Shell.run("virt-sandbox -- sh -c 'echo out; echo err >&2; exit 3' 2>&-");

    assertThat(ran).isEqualTo(ran(3, "out\n", ""));
  }

  @Test
  void without_any_stream_the_status_comes() {
    var ran = Shell.run("virt-sandbox -- sh -c 'echo out; echo err >&2; exit 3' <&- >&- 2>&-");

    assertThat(ran).isEqualTo(ran(3, "", ""));
  }

  @Test
  void stderr_is_large_and_whole_beside_stdout_BUG_6_BUG_54() {
    var ran =
        Shell.run(
            """
            err=$(mktemp) || exit 1
            virt-sandbox -- sh -c 'seq 200000 >&2 & seq 200000; wait' 2>"$err" | sha256sum
            sha256sum <"$err"
            rm "$err"
            seq 200000 | sha256sum
            """);

    assertThat(ran.out().lines().distinct()).hasSize(1);
    assertThat(ran.out().lines()).hasSize(3);
  }

  @Test
  void sixty_four_mebibytes_go_through_unchanged() {
    var ran =
        Shell.run(
            """
            dir=$(mktemp -d) || exit 1
            head -c 67108864 /dev/urandom >"$dir/in"
            virt-sandbox -- cat <"$dir/in" >"$dir/out" && cmp "$dir/in" "$dir/out" && echo same
            rm -r "$dir"
            """);

    assertThat(ran).isEqualTo(ran(0, "same\n", ""));
  }

  @Test
  void a_megabyte_written_just_before_the_end_arrives() {
    var ran = Shell.run("virt-sandbox -- sh -c 'head -c 1048576 /dev/zero; exit 5'");

    assertThat(ran.status()).isEqualTo(5);
    assertThat(ran.out()).isEqualTo("\0".repeat(1_048_576));
  }

  @Test
  void every_byte_passes_in_both_directions() {
    String octal =
        IntStream.range(0, 256).mapToObj("\\%03o"::formatted).collect(Collectors.joining());

    var ran = Shell.run("printf '\\035" + octal + "' | virt-sandbox -- cat");

    assertThat(ran.out().chars())
        .containsExactlyElementsOf(
            IntStream.concat(IntStream.of(0x1d), IntStream.range(0, 256)).boxed().toList());
  }

  @Test
  void a_reader_that_has_enough_ends_the_run_without_a_word() {
    var ran = Shell.run("{ virt-sandbox -- yes; echo $? >&2; } | head -n 1");

    assertThat(ran).isEqualTo(ran(0, "y\n", "141\n"));
  }

  @Test
  void a_full_disk_is_an_error_of_one_line() {
    var ran = Shell.run("virt-sandbox -- echo text >/dev/full");

    assertThat(ran.status()).isEqualTo(125);
    assertThat(ran.err())
        .startsWith("virt-sandbox: ")
        .contains("No space left")
        .containsOnlyOnce("\n");
  }

  @Test
  void an_input_that_stays_open_does_not_hold_up_the_end_BUG_30() {
    try (var shell = Shell.start("exec virt-sandbox -- sh -c 'read line; echo \"$line\"'")) {
      shell.type("first\nsecond\n");

      assertThat(shell.await()).isEqualTo(ran(0, "first\n", ""));
    }
  }

  @Test
  void a_background_child_that_holds_stdout_does_not_hold_up_the_end() {
    var ran = Shell.run("virt-sandbox -- sh -c 'sleep 1000 & echo out; exit 4'");

    assertThat(ran).isEqualTo(ran(4, "out\n", ""));
  }

  @Test
  void output_keeps_its_order() {
    var ran = Shell.run("virt-sandbox -- sh -c 'for i in $(seq 2000); do echo $i; done'");

    assertThat(ran.out()).isEqualTo(Shell.run("seq 2000").out());
  }

  @Test
  void sandboxes_work_in_a_pipeline() {
    var ran = Shell.run("virt-sandbox -- seq 5 | virt-sandbox -- sort -r | virt-sandbox -- tac");

    assertThat(ran).isEqualTo(ran(0, "1\n2\n3\n4\n5\n", ""));
  }

  private static Outcome ran(int status, String out, String err) {
    return new Outcome(status, out, err);
  }
}

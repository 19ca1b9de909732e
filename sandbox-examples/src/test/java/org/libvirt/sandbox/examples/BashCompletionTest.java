package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bash itself offers when the TAB key is pressed at the end of a line. */
final class BashCompletionTest {
  @TempDir private Path directory;

  @BeforeEach
  void makeFiles() throws IOException {
    Files.writeString(directory.resolve("script"), BashCompletion.script());
    Files.createDirectories(directory.resolve("here/sub dir"));
    Files.createFile(directory.resolve("here/some file"));
    Files.createFile(directory.resolve("here/other"));
  }

  @ParameterizedTest
  @CsvSource({
    "virt-sandbox --ti, --timeout",
    "virt-sandbox --pri, --privileged",
    "virt-sandbox -v --env-, --env-file",
    "virt-sandbox -n x --ho, --hostname",
    "virt-sandbox --name=x --ho, --hostname",
    "virt-sandbox -nx --ho, --hostname",
    "virt-sandbox list --f, --format",
    "virt-sandbox clean --q, --quiet"
  })
  void an_option_is_completed(String line, String expected) {
    assertThat(complete(line)).containsExactly(expected);
  }

  @Test
  void all_options_are_offered() {
    assertThat(complete("virt-sandbox -")).contains("-m", "--mount", "--cpus", "--help-all");
  }

  @ParameterizedTest
  @CsvSource({
    "virt-sandbox -r s, sub dir",
    "virt-sandbox --root s, sub dir",
    "virt-sandbox -pr s, sub dir",
    "virt-sandbox --root=s, sub dir",
    "virt-sandbox --env-file o, other",
    "virt-sandbox -m host-bind:/mnt=o, other",
    "virt-sandbox --mount=host-bind:/mnt=o, other",
    "virt-sandbox --ro /mnt=o, other",
    "virt-sandbox -i o, other",
    "virt-sandbox --disk file:a=o, other",
    "virt-sandbox -S nobod, nobody",
    "virt-sandbox -u nobod, nobody",
    "virt-sandbox -c qemu:///se, ///session",
    "virt-sandbox list --format j, json",
    "virt-sandbox list --format=j, json",
    "virt-sandbox --security=dy, dynamic",
    "virt-sandbox -e COMPLETION_TE, COMPLETION_TEST",
    "virt-sandbox --disk f, file:"
  })
  void a_value_is_completed(String line, String expected) {
    assertThat(complete(line)).containsExactly(expected);
  }

  @Test
  void the_kinds_of_a_mount_are_offered() {
    assertThat(complete("virt-sandbox -m "))
        .containsExactlyInAnyOrder("host-bind:", "host-image:", "guest-bind:", "ram:");
    assertThat(complete("virt-sandbox -m ram:" + directory + "/h"))
        .containsExactly(directory + "/here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virt-sandbox hostnam",
        "virt-sandbox -v hostnam",
        "virt-sandbox -- hostnam",
        "virt-sandbox -n x --ro /tmp hostnam",
        "virt-sandbox -m host-bind:/mnt=/tmp -e A=B hostnam"
      })
  void the_command_is_a_program(String line) {
    assertThat(complete(line)).contains("hostname");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virt-sandbox cat o",
        "virt-sandbox cat -n o",
        "virt-sandbox -- cat -- o",
        "virt-sandbox -p cat --root=o",
        "virt-sandbox cat -r o"
      })
  void what_follows_is_the_commands_own(String line) {
    assertThat(complete(line)).allMatch(word -> word.equals("other"));
    assertThat(complete("virt-sandbox ls --roo")).isEmpty();
  }

  @Test
  void where_bash_knows_the_command_it_completes_the_rest() {
    assertThat(
            complete(
                "virt-sandbox -m ram:/a=1 ls --lo",
                "_command_offset() { COMPREPLY=(\"${COMP_WORDS[$1]}\"); }"))
        .containsExactly("ls");
  }

  @Test
  void the_other_commands_are_offered_first_and_only_there() {
    assertThat(complete("virt-sandbox lis")).contains("list");
    assertThat(complete("virt-sandbox -v lis")).doesNotContain("list");
    assertThat(complete("virt-sandbox clean --mou")).isEmpty();
  }

  @Test
  void bash_has_no_complaint() throws IOException {
    var ran = run("bash", "-n", directory.resolve("script").toString());
    var checked = run("shellcheck", "-s", "bash", directory.resolve("script").toString());

    assertThat(ran).isEmpty();
    assertThat(checked).isEmpty();
  }

  private List<String> complete(String line) {
    return complete(line, ":");
  }

  /** As readline does: the words of the line, taken apart where COMP_WORDBREAKS says. */
  private List<String> complete(String line, String before) {
    return run(
        "bash",
        "--norc",
        "-c",
        """
        cd "$1/here" && . "$1/script" && eval "$3" && export COMPLETION_TEST=1
        COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=() word=
        for ((at = 0; at < ${#2}; at++)); do
            c=${2:at:1}
            case $c in
            ' ') [[ $word ]] && COMP_WORDS+=("$word"); word= ;;
            [=:])
                [[ $word && $word != [=:]* ]] && COMP_WORDS+=("$word") && word=
                word+=$c ;;
            *)
                [[ $word == [=:]* ]] && COMP_WORDS+=("$word") && word=
                word+=$c ;;
            esac
        done
        COMP_WORDS+=("$word")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _virt_sandbox
        [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\\n' "${COMPREPLY[@]}"
        """,
        "bash",
        directory.toString(),
        line,
        before);
  }

  private static List<String> run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

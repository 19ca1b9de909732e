package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.examples.Shell.Outcome;

/** What options make of the program that is run, seen from within. */
final class CommandLineIT {
  @TempDir private Path directory;

  @Test
  void the_commands_options_are_its_own() {
    assertThat(Shell.run("virt-sandbox -v ls -d -p --name / 2>&1; virt-sandbox echo -- -n"))
        .extracting(Outcome::out)
        .asString()
        .contains("ls: unrecognized option '--name'")
        .endsWith("-- -n\n");
  }

  @Test
  void a_user_of_the_host_is_switched_to_with_groups_and_home() {
    var ran = Shell.run("virt-sandbox -S nobody -- sh -c 'id -u; id -G; echo $USER $HOME'");

    assertThat(ran).isEqualTo(new Outcome(0, "65534\n65534\nnobody /nonexistent\n", ""));
  }

  @Test
  void user_directory_host_and_environment_are_as_podman_spells_them() throws IOException {
    Files.writeString(
        directory.resolve("env"), "# comment\n\n  FROM_FILE=a = b \nCALLERS\nNOT_SET\nBOTH=file\n");

    var ran =
        Shell.run(
            """
            CALLERS='of the caller' ALSO=too exec virt-sandbox -u 65534:7 -w /usr/bin \\
              --hostname some.host --env-file "$1/env" -e ALSO -e NOT_SET_EITHER -e BOTH=option \\
              -- sh -c 'id -u; id -g; pwd; hostname
                echo "[$FROM_FILE] [$CALLERS] [$ALSO] [$BOTH]"; env | grep -c NOT_SET'
            """,
            directory.toString());

    assertThat(ran)
        .isEqualTo(
            new Outcome(
                1,
                """
                65534
                7
                /usr/bin
                some.host
                [a = b ] [of the caller] [too] [option]
                0
                """,
                ""));
  }

  @Test
  void what_is_given_read_only_cannot_be_written_to() throws IOException {
    Files.writeString(directory.resolve("file"), "shown\n");

    var ran =
        Shell.run(
            """
            cd "$1" && exec virt-sandbox --ro /mnt=. --ro "$1" -- \\
              sh -c 'cat /mnt/file "$1/file"; touch /mnt/new || touch "$1/new" || exit 9' sh "$1"
            """,
            directory.toString());

    assertThat(ran).extracting(Outcome::status, Outcome::out).containsExactly(9, "shown\nshown\n");
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void memory_is_limited() {
    var ran = Shell.run("virt-sandbox --memory 64m -- sh -c 'head -c 200m /dev/zero | tail'");

    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .endsWith(
            "virt-sandbox: the sandbox reached its memory limit of 64 MiB; give it more with"
                + " --memory\n");
    assertThat(ran.status()).isEqualTo(137);
  }

  @Test
  void each_limit_that_was_reached_has_a_line() {
    var ran =
        Shell.run(
            """
            virt-sandbox --pids-limit 5 --output-limit 1k -- \
              sh -c '(while sleep 1000 & do :; done) 2>&-; exec yes' | wc -c
            """);

    assertThat(ran.out().strip()).isEqualTo("1024");
    assertThat(ran.err().lines())
        .containsExactly(
            "virt-sandbox: the sandbox reached its processes limit of 5; give it more with"
                + " --pids-limit",
            "virt-sandbox: the sandbox reached its output limit of 1 KiB; give it more with"
                + " --output-limit");
  }
}

package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The options of {@code virt-sandbox} in virtual machines, many in one run each: a machine takes
 * its time to start.
 */
final class MachineOptionsIT {
  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inMachines();

  @TempDir(factory = VisibleDirectory.class)
  private Path directory;

  private Path file;

  @BeforeEach
  void fill() throws IOException {
    file = Files.writeString(directory.resolve("file"), "of the host\n");
    Files.writeString(directory.resolve("variables"), "# none\nOF_FILE=two words\n");
    Files.writeString(directory.resolve("list"), "/mnt/listed=" + file + "\n");
    try (var disk = new RandomAccessFile(directory.resolve("disk").toFile(), "rw")) {
      disk.setLength(1 << 20);
    }
  }

  @Test
  void a_program_is_who_where_and_in_what_the_options_say() {
    Ran ran =
        COMMAND_LINES.run(
            "-u",
            "1234:567",
            "-w",
            "/usr/share",
            "--hostname",
            "guest",
            "-e",
            "OPTION=1=2",
            "--env-file",
            directory + "/variables",
            "--memory",
            "300m",
            "--cpus",
            "1.5",
            "-s",
            "dynamic",
            "-v",
            "--",
            "/bin/sh",
            "-c",
            """
            id -u; id -g; pwd; hostname; echo "$OPTION $OF_FILE"; nproc
            test "$(awk '/MemTotal/ { print $2 }' /proc/meminfo)" -le 307200 && echo small
            """);

    assertThat(ran.lines())
        .containsExactly("1234", "567", "/usr/share", "guest", "1=2 two words", "2", "small");
    assertThat(ran.status()).isZero();
  }

  @Test
  void a_program_has_the_files_that_the_options_say() {
    Ran ran =
        COMMAND_LINES.run(
            "-m",
            "ram:/mnt=1M",
            "-i",
            "/mnt/included=" + file,
            "-I",
            directory + "/list",
            "--ro",
            "/srv=" + directory,
            "-m",
            "guest-bind:/media=/srv",
            "--disk",
            "file:a tag=" + directory + "/disk",
            "--",
            "/bin/sh",
            "-c",
            """
            cat /mnt/included /mnt/listed /srv/file /media/file
            touch /srv/new || echo read-only
            wc -c <"/dev/disk/by-tag/a tag"
            echo kept >"/dev/disk/by-tag/a tag"
            """);

    assertThat(ran.lines())
        .containsExactly(
            "of the host", "of the host", "of the host", "of the host", "read-only", "1048576");
    assertThat(directory.resolve("new")).doesNotExist();
    assertThat(directory.resolve("disk")).content().startsWith("kept\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-r | /nowhere | root source '/nowhere' does not exist",
        "-m | host-bind:/mnt=/etc/passwd | mount target '/mnt' is no file, but what is mounted there is",
        "-m | ram:/=1M | cannot be the root of a sandbox",
        "--disk | file:x=/nowhere | '/nowhere' does not exist",
        "--kernver | 0.1-none | name one with --kernver",
        "--kernpath | /etc/passwd | /etc/passwd",
        "-s | static | label"
      })
  void what_a_machine_cannot_have_is_refused_in_one_line(
      String option, String value, String reason) {
    Ran ran = COMMAND_LINES.run(option, value, "--", "/bin/true");

    assertThat(ran.err()).matches("virt-sandbox: [^\n]+\n").contains(reason);
    assertThat(ran.status()).isEqualTo(125);
  }
}

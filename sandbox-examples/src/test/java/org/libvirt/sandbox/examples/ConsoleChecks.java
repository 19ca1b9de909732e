package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The acceptance checks 51, 57 and 58 of libvirt-sandbox's own tests: what goes in and comes out,
 * with a terminal and redirected, and options that meet.
 */
abstract class ConsoleChecks {
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  /** Where they run. */
  abstract CheckedPlace place();

  @TempDir(factory = VisibleDirectory.class)
  private Path directory;

  @BeforeEach
  void give() {
    place().give(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tty", "--no-tty"})
  void check_51_a_program_without_input_and_output(String streams) {
    assertThat(place().run(streams, "--", "/bin/false")).isEqualTo(new Ran(1, "", ""));
  }

  @ParameterizedTest
  @CsvSource({"--tty, '\r\n'", "--no-tty, '\n'"})
  void check_51_a_program_with_output(String streams, String end) {
    Ran ran = place().run(streams, "--", "/bin/date", "+%Y");

    assertThat(ran.out()).matches("2[0-9]{3}" + Pattern.quote(end));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"--tty, '\r\n'", "--no-tty, '\n'"})
  void check_51_a_shell_that_is_typed_to(String streams, String end) {
    byte[] typed = "echo sum $((40 + 2))\nexit 3\n".getBytes(ISO_8859_1);

    Ran ran = place().run(typed, streams, "--", "/bin/sh");

    assertThat(ran.out()).contains("sum 42" + end);
    assertThat(ran.status()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--tty", "--no-tty"})
  void check_51_a_copy_of_a_file_is_the_same_byte_for_byte(String streams) throws IOException {
    byte[] source = bytes();
    Files.write(directory.resolve("src"), source);

    Ran ran =
        place()
            .run(
                streams,
                "-m",
                "host-bind:/mnt=" + directory,
                "--",
                "sh",
                "-c",
                "cat /mnt/src >/mnt/dst");

    assertThat(ran).isEqualTo(new Ran(0, "", ""));
    assertThat(Files.readAllBytes(directory.resolve("dst"))).isEqualTo(source);
  }

  @Test
  void check_51_what_is_redirected_in_and_out_is_the_same_byte_for_byte() {
    byte[] source = bytes();

    Ran ran = place().run(source, "--", "/bin/cat");

    assertThat(ran).isEqualTo(Ran.of(0, source, new byte[0]));
  }

  @ParameterizedTest
  @CsvSource({"--help, Usage: virt-sandbox ", "--version, libvirt-sandbox version "})
  void check_57_help_and_version_need_no_command(String option, String beginning) {
    Ran ran = place().run(option);

    assertThat(ran.out()).startsWith(beginning);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.status()).isZero();
  }

  @Test
  void check_57_a_later_mount_covers_an_earlier_one_and_takes_the_include() throws IOException {
    Files.writeString(directory.resolve("covered"), "");
    Path source = Files.writeString(directory.resolve("source"), "included\n");

    Ran ran =
        place()
            .run(
                "-m",
                "host-bind:/tmp=" + directory,
                "-m",
                "ram:/tmp=1M",
                "-i",
                "/tmp/file=" + source,
                "--",
                "/bin/sh",
                "-c",
                "ls /tmp; cat /tmp/file; stat -f -c %T /tmp");

    assertThat(ran).isEqualTo(new Ran(0, "file\nincluded\ntmpfs\n", ""));
    assertThat(directory.resolve("file")).doesNotExist();
  }

  @Test
  void check_58_the_date_is_the_hosts() {
    Instant before = Instant.now();

    Ran ran = place().run("--", "/bin/date", "+%s");

    // how long a start and an end take says nothing of the clock
    assertThat(Instant.ofEpochSecond(Long.parseLong(ran.out().strip())))
        .isBetween(before.minus(TOLERANCE), Instant.now().plus(TOLERANCE));
  }

  /** Each value of a byte, many times and in no order. */
  private static byte[] bytes() {
    byte[] bytes = new byte[300_000];
    new Random(51).nextBytes(bytes);
    return bytes;
  }
}

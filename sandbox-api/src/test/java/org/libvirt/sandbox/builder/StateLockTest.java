package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.HostLacksException;

@Timeout(120)
final class StateLockTest {
  private final Path file;

  StateLockTest(@TempDir Path temporary) {
    file = temporary.resolve("cache/state.lock");
  }

  @Test
  void its_file_is_its_owners_and_others_may_pass_its_directory() throws Exception {
    lock(Duration.ofSeconds(30)).during(() -> file);

    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(mode(file.getParent())).isEqualTo("rwx--x--x");
  }

  @Test
  void a_file_that_others_can_open_is_taken_from_them() throws Exception {
    Files.createDirectories(file.getParent());
    Files.createFile(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    lock(Duration.ofSeconds(30)).during(() -> file);

    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void another_process_that_keeps_it_is_not_waited_for_for_ever() throws Exception {
    lock(Duration.ofSeconds(30)).during(() -> file);
    Process keeper = keeper();
    try {
      assertThatThrownBy(() -> lock(Duration.ofSeconds(1)).during(() -> file))
          .isInstanceOf(HostLacksException.class)
          .hasMessageContaining(file.toString())
          .hasMessageNotContaining("\n");
    } finally {
      keeper.destroyForcibly().waitFor();
    }
    assertThat(lock(Duration.ofSeconds(30)).during(() -> "free")).isEqualTo("free");
  }

  private StateLock lock(Duration patience) {
    return new StateLock(file, patience);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private Process keeper() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Keeper.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("locked");
    return process;
  }

  /** A process that has a shared lock, as one that may only read can have it. */
  static final class Keeper {
    private Keeper() {}

    public static void main(String[] arguments) throws Exception {
      try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.READ)) {
        channel.lock(0, Long.MAX_VALUE, true);
        System.out.println("locked");
        System.in.read();
      }
    }
  }
}

package org.libvirt.sandbox.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.HostLacksException;

@Timeout(60)
final class LogFileCarrierTest {
  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void begin() throws IOException {
    file = Files.writeString(directory.resolve("guest.log"), "first\n");
  }

  @Test
  void what_is_there_and_what_is_added_is_read() throws Exception {
    try (RawConsole log = RawConsole.log(file, () -> {})) {
      assertThat(log.stdout().readNBytes(6)).asString().isEqualTo("first\n");
      Files.writeString(file, "second\n", StandardOpenOption.APPEND);

      assertThat(log.stdout().readNBytes(7)).asString().isEqualTo("second\n");
      assertThatThrownBy(() -> log.stdin().write(1))
          .isInstanceOf(IOException.class)
          .hasMessage("a sandbox's log takes no input");
    }
  }

  @Test
  void a_log_that_is_removed_is_at_its_end_with_all_that_was_in_it() throws Exception {
    try (RawConsole log = RawConsole.log(file, () -> {})) {
      Files.writeString(file, "last\n", StandardOpenOption.APPEND);
      Files.delete(file);

      assertThat(log.stdout().readAllBytes()).asString().isEqualTo("first\nlast\n");
      assertThat(log.exited().join()).isInstanceOf(ExitStatus.Lost.class);
    }
  }

  /** As virtlogd does with a log of 2 MiB. */
  @Test
  void a_log_that_is_renamed_goes_on_in_the_next_of_its_name() throws Exception {
    try (RawConsole log = RawConsole.log(file, () -> {})) {
      log.stdout().readNBytes(6);
      Files.writeString(file, "last\n", StandardOpenOption.APPEND);
      Files.move(file, directory.resolve("guest.log.0"));
      assertThat(log.stdout().readNBytes(5)).asString().isEqualTo("last\n");
      CompletableFuture<byte[]> next =
          ChannelFixture.inBackground(() -> log.stdout().readNBytes(5));
      Files.writeString(file, "next\n");

      assertThat(next.get()).asString().isEqualTo("next\n");
      Files.writeString(file, "more\n", StandardOpenOption.APPEND);
      assertThat(log.stdout().readNBytes(5)).asString().isEqualTo("more\n");

      Files.delete(directory.resolve("guest.log.0"));
      Files.delete(file);
      assertThat(log.stdout().readAllBytes()).isEmpty();
    }
  }

  @Test
  void a_reader_that_waits_is_woken_by_the_close() throws Exception {
    RawConsole log = RawConsole.log(file, () -> {});
    log.stdout().readNBytes(6);
    CompletableFuture<Integer> read = ChannelFixture.inBackground(() -> log.stdout().read());

    log.close();

    assertThatThrownBy(read::get).hasCauseInstanceOf(IOException.class);
    assertThat(log.closed().join()).isEmpty();
  }

  @Test
  void a_log_that_is_not_there_is_named() {
    assertThatThrownBy(() -> RawConsole.log(directory.resolve("none"), () -> {}))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining(directory.resolve("none").toString());
  }
}

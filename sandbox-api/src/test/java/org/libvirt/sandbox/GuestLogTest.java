package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestLogTest {
  @TempDir Path directory;

  private GuestLog log(String text) throws IOException {
    return GuestLog.of(Files.writeString(directory.resolve("log"), text));
  }

  @Test
  void a_log_that_is_missing_or_blank_says_nothing() throws Exception {
    assertThat(GuestLog.of(directory.resolve("none")).tail()).isEmpty();
    assertThat(log("\r\n \r\n").tail()).isEmpty();
    assertThat(log("").cause()).isEmpty();
  }

  @Test
  void the_end_of_a_long_log_is_told_without_carriage_returns() throws Exception {
    GuestLog log = log("first\r\n" + "x".repeat(5000) + "\r\nlast\r\n");

    assertThat(log.tail().orElseThrow()).hasSizeLessThan(2048).endsWith("x\nlast");
  }

  @Test
  void a_panic_is_the_cause_of_an_end() throws Exception {
    GuestLog log = log("[    1.2] Kernel panic - not syncing: no memory\r\n[    1.2] CPU: 0\r\n");

    assertThat(log.cause()).hasValue("Kernel panic - not syncing: no memory");
  }

  @Test
  void the_init_knows_more_of_it_than_the_kernel() throws Exception {
    GuestLog log =
        log(
            "sandbox-init: cannot load '9p.ko': No such file or directory\r\n"
                + "[    1.2] Kernel panic - not syncing: Attempted to kill init!\r\n");

    assertThat(log.cause())
        .hasValue("sandbox-init: cannot load '9p.ko': No such file or directory");
  }

  @Test
  void other_lines_are_no_cause() throws Exception {
    assertThat(log("[    0.1] a warning\r\n").cause()).isEmpty();
  }
}

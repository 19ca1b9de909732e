package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DomainLogTest {
  private static final Instant LONG_AGO = Instant.EPOCH;

  @TempDir Path temporary;

  @Test
  void only_the_latest_start_is_told() throws IOException {
    Path log =
        write("2026-01-01: starting up libvirt\nold\n2026-01-02: starting up libvirt\nnew\n");

    assertThat(DomainLog.tail(log, LONG_AGO)).contains(": starting up libvirt\nnew");
  }

  @Test
  void no_more_than_two_kibibytes_are_told() throws IOException {
    Path log = write("x".repeat(100_000) + "\nthe reason\n");

    assertThat(DomainLog.tail(log, LONG_AGO))
        .hasValueSatisfying(
            tail -> assertThat(tail).endsWith("the reason").hasSizeLessThanOrEqualTo(2048));
  }

  @Test
  void a_log_from_before_the_start_is_another_domains() throws IOException {
    Path log = write("of another\n");

    assertThat(DomainLog.tail(log, Instant.now().plusSeconds(1))).isEmpty();
  }

  @Test
  void no_log_is_no_error() {
    assertThat(DomainLog.tail(temporary.resolve("none.log"), LONG_AGO)).isEmpty();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(temporary.resolve("domain.log"), text);
  }
}

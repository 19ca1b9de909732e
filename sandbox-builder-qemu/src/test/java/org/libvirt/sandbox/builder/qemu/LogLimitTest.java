package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogLimitTest {
  @TempDir Path directory;

  @Test
  void a_log_beyond_all_measure_is_told_and_one_of_that_size_is_not() throws IOException {
    Path log = directory.resolve("guest.log");
    try (LogLimit limit = new LogLimit(log, Duration.ofMillis(10));
        RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      limit.start(Duration.ofMinutes(1));
      file.setLength(LogLimit.LARGEST);
      assertThat(limit.failed()).isNotDone();

      file.setLength(LogLimit.LARGEST + 1);

      assertThat(limit.failed())
          .succeedsWithin(Duration.ofSeconds(20))
          .isEqualTo("its machine has written more than 16 MiB to its log");
    }
  }
}

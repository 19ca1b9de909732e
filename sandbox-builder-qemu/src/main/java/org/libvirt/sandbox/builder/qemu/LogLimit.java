package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.libvirt.sandbox.builder.HostServer;

/**
 * A watch over a machine's log, which QEMU writes for the machine's kernel: without a limit that
 * kernel could fill the host's disk.
 */
final class LogLimit implements HostServer {
  /** A kernel that boots, panics, and says all that debugging asks of it stays far below. */
  static final long LARGEST = 16L << 20;

  /** In which a serial port brings some MiB at most. */
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Path log;
  private final Duration period;
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(LogLimit::thread);

  LogLimit(Path log) {
    this(log, PERIOD);
  }

  /**
   * A watch that has not begun.
   *
   * @param log a file, which need not exist
   * @param period how long it may grow unseen
   */
  LogLimit(Path log, Duration period) {
    this.log = requireNonNull(log, "log");
    this.period = requireNonNull(period, "period");
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sandbox-log-limit");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void start(Duration limit) {
    long nanos = period.toNanos();
    var unused = watch.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private void look() {
    // 0 where there is none
    if (log.toFile().length() > LARGEST && !failed.isDone()) {
      failed.complete(
          "its machine has written more than %d MiB to its log".formatted(LARGEST >> 20));
    }
  }

  @Override
  public CompletableFuture<String> failed() {
    return failed;
  }

  @Override
  public void close() {
    watch.shutdown();
  }
}

package org.libvirt.sandbox.examples;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * SIGHUP, SIGINT and SIGTERM, from the moment a program runs: they are the program's, and this
 * process ends when the program has. Before, they end this process as they end any JVM.
 */
final class PassedSignals {
  private static final List<String> NAMES = List.of("HUP", "INT", "TERM");

  /** How long a program may take to end at a signal. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final IntConsumer program;
  private final Executor patience;
  private final CompletableFuture<Integer> ignored = new CompletableFuture<>();

  PassedSignals(IntConsumer program, Executor patience) {
    this.program = program;
    this.patience = patience;
  }

  /**
   * Passes on what comes from now on. A signal that this process was started to ignore, as under
   * nohup(1), stays ignored.
   *
   * @param program takes the numbers of the signals
   */
  static PassedSignals to(IntConsumer program) {
    var signals =
        new PassedSignals(
            program, CompletableFuture.delayedExecutor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
    NAMES.forEach(name -> CaughtSignals.handOver(name, signals::pass));
    return signals;
  }

  void pass(int signal) {
    program.accept(signal);
    patience.execute(() -> ignored.complete(signal));
  }

  /**
   * The first signal that has not ended the run in time.
   *
   * @return never completed if none came, and never exceptionally
   */
  CompletableFuture<Integer> ignored() {
    return ignored;
  }
}

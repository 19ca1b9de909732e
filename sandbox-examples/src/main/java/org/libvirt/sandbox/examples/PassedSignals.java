package org.libvirt.sandbox.examples;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * SIGHUP, SIGINT and SIGTERM, from the moment a program runs: they are the program's, and this
 * process ends when the program has. Before, they end this process as they end any JVM.
 *
 * <p>A user who sends SIGINT twice within a second has no more patience with the program.
 */
final class PassedSignals {
  private static final List<String> NAMES = List.of("HUP", "INT", "TERM");
  private static final int SIGINT = 2;

  /** How long a program may take to end at a signal. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How soon after one SIGINT another one is meant for the sandbox. */
  private static final Duration INSISTENCE = Duration.ofSeconds(1);

  private final IntConsumer program;
  private final Executor patience;
  private final LongSupplier nanoClock;
  private final CompletableFuture<Integer> ignored = new CompletableFuture<>();

  /** When the last SIGINT came. Each signal comes in a thread of its own. */
  private OptionalLong interrupted = OptionalLong.empty();

  PassedSignals(IntConsumer program, Executor patience, LongSupplier nanoClock) {
    this.program = program;
    this.patience = patience;
    this.nanoClock = nanoClock;
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
            program,
            CompletableFuture.delayedExecutor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS),
            System::nanoTime);
    NAMES.forEach(name -> CaughtSignals.handOver(name, signals::pass));
    return signals;
  }

  void pass(int signal) {
    boolean insisted = signal == SIGINT && isSecondInterrupt();
    if (insisted) {
      // first of all: the program may be what holds up the next line
      ignored.complete(signal);
    }
    program.accept(signal);
    if (!insisted) {
      patience.execute(() -> ignored.complete(signal));
    }
  }

  private synchronized boolean isSecondInterrupt() {
    long now = nanoClock.getAsLong();
    boolean second =
        interrupted.isPresent() && now - interrupted.getAsLong() <= INSISTENCE.toNanos();
    interrupted = OptionalLong.of(now);
    return second;
  }

  /**
   * The signal that ends the run though the program has not: the first that has not done so in
   * time, or a SIGINT soon after another.
   *
   * @return never completed if none came, and never exceptionally
   */
  CompletableFuture<Integer> ignored() {
    return ignored;
  }
}

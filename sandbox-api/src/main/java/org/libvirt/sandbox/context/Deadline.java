package org.libvirt.sandbox.context;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.libvirt.sandbox.SandboxLostException;

/** The moment at which a start must be over, whatever its stages take. */
final class Deadline {
  private final Duration limit;
  private final LongSupplier nanoClock;
  private final long beginning;

  /** A deadline by a clock of its own. */
  Deadline(Duration limit, LongSupplier nanoClock) {
    this.limit = limit;
    this.nanoClock = nanoClock;
    this.beginning = nanoClock.getAsLong();
  }

  /** So long from now. */
  static Deadline in(Duration limit) {
    return new Deadline(limit, System::nanoTime);
  }

  /** What is left, never less than nothing. */
  Duration remaining() {
    Duration left = limit.minusNanos(nanoClock.getAsLong() - beginning);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /**
   * Waits for what is done in another thread.
   *
   * @param result its result
   * @param stage what is being done
   * @return the result
   * @throws SandboxLostException if time runs out before
   */
  <T> T await(Future<T> result, String stage) {
    try {
      return requireNonNull(Uninterruptibles.getUninterruptibly(result, remaining()));
    } catch (TimeoutException e) {
      throw overdue(stage);
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw new IllegalStateException(e);
    }
  }

  /**
   * Ends a start that is overdue.
   *
   * @param stage what was being done, such as {@code planning the sandbox}
   * @throws SandboxLostException if nothing is left
   */
  void check(String stage) {
    if (remaining().isZero()) {
      throw overdue(stage);
    }
  }

  private SandboxLostException overdue(String stage) {
    return new SandboxLostException(
        "the sandbox did not start within %s s: time ran out while %s"
            .formatted(limit.toMillis() / 1000.0, stage));
  }
}

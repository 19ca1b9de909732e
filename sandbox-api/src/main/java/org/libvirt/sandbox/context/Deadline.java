package org.libvirt.sandbox.context;

import java.time.Duration;
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
   * Ends a start that is overdue.
   *
   * @param stage what was being done, such as {@code planning the sandbox}
   * @throws SandboxLostException if nothing is left
   */
  void check(String stage) {
    if (remaining().isZero()) {
      throw new SandboxLostException(
          "the sandbox did not start within %s s: time ran out while %s"
              .formatted(limit.toMillis() / 1000.0, stage));
    }
  }
}

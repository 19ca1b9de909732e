package org.libvirt.sandbox.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;

/** A duration as a decimal number of seconds, exact to the nanosecond. */
final class Seconds {
  private static final Pattern FORM = Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{1,9})?");
  private static final Duration MOST = Duration.ofSeconds(999_999_999);
  private static final int NANO_DIGITS = 9;

  private Seconds() {}

  /** The duration that a text means. */
  static Duration parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no number of seconds; write for example 90 or 0.5".formatted(text));
    }
    BigDecimal[] parts = new BigDecimal(text).divideAndRemainder(BigDecimal.ONE);
    return Duration.ofSeconds(
        parts[0].longValueExact(), parts[1].movePointRight(NANO_DIGITS).longValueExact());
  }

  /** The shortest text that is exactly that duration. */
  static String format(Duration duration) {
    return BigDecimal.valueOf(duration.getSeconds())
        .add(BigDecimal.valueOf(duration.getNano(), NANO_DIGITS))
        .stripTrailingZeros()
        .toPlainString();
  }

  /**
   * A duration that can be a limit.
   *
   * @throws IllegalArgumentException if it is no time at all, or more than can be written
   */
  static Duration limit(String what, Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException(
          "%s %s is no time at all; leave it out for none".formatted(what, limit));
    }
    if (limit.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "%s %s; write at most %d seconds".formatted(what, limit, MOST.toSeconds()));
    }
    return limit;
  }
}

package org.libvirt.sandbox.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.config.Resources;

/** What is said of a limit that a sandbox has reached: how much it was, and what gives more. */
final class LimitNotice {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB"};
  private static final int STEP = 1024;
  private static final int NANO_DIGITS = 9;

  private LimitNotice() {}

  /**
   * A line about a limit.
   *
   * @param resources what the limits are; standard ones count where they do not say
   * @param time how long the program might run beside that, nothing where that was not said
   */
  static String of(SandboxLimit limit, Resources resources, Duration time) {
    return "the sandbox reached its %s limit of %s; give it more with %s"
        .formatted(limit.words(), amount(limit, resources, time), option(limit));
  }

  private static String amount(SandboxLimit limit, Resources resources, Duration time) {
    return switch (limit) {
      case MEMORY -> bytes(resources.memory().orElse(Resources.STANDARD_MEMORY));
      case PROCESSES ->
          Integer.toString(resources.processes().orElse(Resources.STANDARD_PROCESSES));
      case FILE_SIZE -> bytes(resources.fileSize().orElseThrow());
      case OUTPUT -> bytes(resources.output().orElseThrow());
      case TIME -> seconds(shortest(resources.time(), time));
      case CPU_TIME -> seconds(resources.cpuTime().orElseThrow());
    };
  }

  private static String option(SandboxLimit limit) {
    return switch (limit) {
      case MEMORY -> "--memory";
      case PROCESSES -> "--pids-limit";
      case FILE_SIZE -> "--file-size";
      case OUTPUT -> "--output-limit";
      case TIME -> "--timeout";
      case CPU_TIME -> "--cpu-time";
    };
  }

  private static String seconds(Duration time) {
    BigDecimal seconds =
        BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), NANO_DIGITS));
    return seconds.stripTrailingZeros().toPlainString() + " s";
  }

  private static Duration shortest(Optional<Duration> own, Duration time) {
    return own.filter(limit -> time.isZero() || limit.compareTo(time) < 0).orElse(time);
  }

  /** In the largest unit in which it is a whole number. */
  private static String bytes(long count) {
    long number = count;
    int unit = 0;
    while (number % STEP == 0 && unit < UNITS.length - 1) {
      number /= STEP;
      unit++;
    }
    return number + " " + UNITS[unit];
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlType;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much of the host's processor time a domain may use. For a container it is the time of all it
 * runs; for a machine that of each of its processors.
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"period", "quota"})
public final class CpuTuning {
  private static final long LEAST_MICROS = 1000;
  private static final long LONGEST_PERIOD_MICROS = 1_000_000;
  private static final long LARGEST_QUOTA_MICROS = 17_592_186_044_415L;

  // Both in microseconds, as the kernel counts them.
  private @Nullable Long period;
  private @Nullable Long quota;

  private CpuTuning() {}

  /**
   * A limit: so much time in each period. A quota above the period is more than one processor.
   *
   * @param period from 1 millisecond to 1 second; a part of a microsecond is dropped
   * @param quota from 1 millisecond to some 203 days; a part of a microsecond is dropped
   * @return the limit
   * @throws IllegalArgumentException if one of them is out of its range
   */
  public static CpuTuning limit(Duration period, Duration quota) {
    CpuTuning tuning = new CpuTuning();
    tuning.period = micros("period of processor time", period, LONGEST_PERIOD_MICROS);
    tuning.quota = micros("quota of processor time", quota, LARGEST_QUOTA_MICROS);
    return tuning;
  }

  // The ranges are libvirt's.
  private static long micros(String what, Duration given, long most) {
    if (given.compareTo(Duration.of(LEAST_MICROS, ChronoUnit.MICROS)) < 0
        || given.compareTo(Duration.of(most, ChronoUnit.MICROS)) > 0) {
      throw new IllegalArgumentException(
          "%s %s is out of range; write from %d to %d microseconds"
              .formatted(what, given, LEAST_MICROS, most));
    }
    return given.toNanos() / 1000;
  }

  /**
   * The length of a period.
   *
   * @return the length; empty where libvirt is to choose
   */
  public Optional<Duration> period() {
    return duration(period);
  }

  /**
   * The processor time that may be used in each period.
   *
   * @return the time, negative where libvirt was told that there is no limit; empty where nothing
   *     was said
   */
  public Optional<Duration> quota() {
    return duration(quota);
  }

  private static Optional<Duration> duration(@Nullable Long micros) {
    return Optional.ofNullable(micros).map(known -> Duration.of(known, ChronoUnit.MICROS));
  }
}

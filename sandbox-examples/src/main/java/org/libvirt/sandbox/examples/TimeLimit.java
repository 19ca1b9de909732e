package org.libvirt.sandbox.examples;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as timeout(1) takes it: a decimal number of seconds, or of the unit behind it. */
final class TimeLimit implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)([smhd]?)");

  @Override
  public Duration convert(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no time; write for example 10, 0.5, 90s, 2m, 1h or 1d");
    }
    BigDecimal seconds =
        new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(secondsIn(form.group(2))));
    BigDecimal[] parts = seconds.divideAndRemainder(BigDecimal.ONE);
    Duration limit =
        Duration.ofSeconds(parts[0].longValueExact(), parts[1].movePointRight(9).longValueExact());
    if (limit.isZero()) {
      throw new TypeConversionException(
          "'" + text + "' is no time at all; leave the option out for no limit");
    }
    return limit;
  }

  private static long secondsIn(String unit) {
    return switch (unit) {
      case "m" -> 60;
      case "h" -> 3_600;
      case "d" -> 86_400;
      default -> 1;
    };
  }
}

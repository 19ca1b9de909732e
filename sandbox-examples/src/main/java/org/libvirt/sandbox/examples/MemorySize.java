package org.libvirt.sandbox.examples;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as podman takes it, a number and b, k, m or g behind it, and as the options of
 * libvirt-sandbox do: K, KiB and so on. All are powers of 1024.
 */
final class MemorySize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,19})([bBkKmMgG]?|[KMG]iB)");

  @Override
  public Long convert(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no size; write for example 268435456, 256m or 1g");
    }
    try {
      return Math.multiplyExact(Long.parseLong(form.group(1)), unit(form.group(2)));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is more than can be counted; write less");
    }
  }

  private static long unit(String suffix) {
    return switch (suffix.toLowerCase(Locale.ROOT)) {
      case "k", "kib" -> 1L << 10;
      case "m", "mib" -> 1L << 20;
      case "g", "gib" -> 1L << 30;
      default -> 1;
    };
  }
}

package org.libvirt.sandbox.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A number of bytes as people write it: digits, and K, M or G, or KiB, MiB or GiB, behind them. */
final class ByteSize {
  private static final Pattern SIZE = Pattern.compile("([0-9]+)(?:([KMG])(?:iB)?)?");

  private ByteSize() {}

  /** The number of bytes, 1 or more. */
  static long parse(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(
          ("size '%s' is no number of bytes; write digits, and K, M or G (powers of 1024) behind"
                  + " them, such as 10M")
              .formatted(text));
    }
    try {
      long bytes = Math.multiplyExact(Long.parseLong(size.group(1)), unit(size.group(2)));
      if (bytes > 0) {
        return bytes;
      }
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "size '%s' is more than %d bytes; write less".formatted(text, Long.MAX_VALUE), e);
    }
    throw new IllegalArgumentException("size '%s' is 0; write 1 or more".formatted(text));
  }

  /** The shortest text that is exactly that many bytes. */
  static String format(long bytes) {
    for (String unit : new String[] {"G", "M", "K"}) {
      if (bytes % unit(unit) == 0) {
        return bytes / unit(unit) + unit;
      }
    }
    return Long.toString(bytes);
  }

  private static long unit(@Nullable String letter) {
    return switch (letter == null ? "" : letter) {
      case "K" -> 1L << 10;
      case "M" -> 1L << 20;
      case "G" -> 1L << 30;
      default -> 1;
    };
  }
}

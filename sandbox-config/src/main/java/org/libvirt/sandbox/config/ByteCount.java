package org.libvirt.sandbox.config;

/** Numbers of a key file: decimal digits and nothing else, as nobody else reads them leniently. */
final class ByteCount {
  private ByteCount() {}

  /** A number of bytes; whether it is one that makes sense is asked elsewhere. */
  static long parse(String digits) {
    return digits(digits, Long.MAX_VALUE);
  }

  /** A number of things. */
  static int parseCount(String digits) {
    return (int) digits(digits, Integer.MAX_VALUE);
  }

  private static long digits(String digits, long most) {
    if (digits.matches("0*[0-9]{1,19}")) {
      String significant = digits.replaceFirst("^0+(?=.)", "");
      // of 19 digits all fit an unsigned long, and one beyond the signed ones turns negative
      long number = Long.parseUnsignedLong(significant);
      if (number >= 0 && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is no such number; write decimal digits, at most %d"
            .formatted(KeyFileValue.readable(digits), most));
  }
}

package org.libvirt.sandbox.config;

/** A number of a key file that is 0 or more: decimal digits and nothing else. */
final class DecimalNumber {
  private DecimalNumber() {}

  /** A number of any size; whether it makes sense is asked elsewhere. */
  static long parseLong(String digits) {
    return digits(digits, Long.MAX_VALUE);
  }

  /** A number of things. */
  static int parseInt(String digits) {
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
        "'%s' is not a number from 0; write decimal digits, at most %d"
            .formatted(KeyFileValue.readable(digits), most));
  }
}

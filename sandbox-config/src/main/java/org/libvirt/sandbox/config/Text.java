package org.libvirt.sandbox.config;

import java.util.function.IntPredicate;

/**
 * Text of a config, checked where it is given: the guest, libvirt and files take some of it only.
 */
final class Text {
  private Text() {}

  /** Returns text that a program can be given: valid Unicode without NUL. */
  static String forProgram(String what, String text) {
    return without(codePoint -> codePoint == 0, what, text);
  }

  /** Returns text of one line that a file, a log and XML can hold. */
  static String ofOneLine(String what, String text) {
    return without(
        codePoint ->
            Character.isISOControl(codePoint) || codePoint == 0xFFFE || codePoint == 0xFFFF,
        what,
        text);
  }

  /** What a message of one line can show of a text. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> Character.isISOControl(point) || isUnpairedSurrogate(point) ? '?' : point)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static String without(IntPredicate refused, String what, String text) {
    text.codePoints()
        .filter(codePoint -> isUnpairedSurrogate(codePoint) || refused.test(codePoint))
        .findFirst()
        .ifPresent(
            codePoint -> {
              throw new IllegalArgumentException(
                  isUnpairedSurrogate(codePoint)
                      ? what + " is not valid Unicode: it holds half a surrogate pair"
                      : "%s holds the character U+%04X; leave it out".formatted(what, codePoint));
            });
    return text;
  }

  // codePoints() gives pairs as one; what is left in this range had no other half.
  private static boolean isUnpairedSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}

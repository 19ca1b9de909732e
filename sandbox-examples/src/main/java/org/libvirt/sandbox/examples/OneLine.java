package org.libvirt.sandbox.examples;

import java.util.regex.Pattern;

/** Text for people, of which scripts take each line for a message. */
final class OneLine {
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");

  private OneLine() {}

  /** The text with a space for each run of line feeds and other control characters. */
  static String of(String text) {
    return CONTROL.matcher(text).replaceAll(" ").strip();
  }
}

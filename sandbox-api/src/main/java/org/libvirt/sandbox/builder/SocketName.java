package org.libvirt.sandbox.builder;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A name that was given to {@code bind(2)}, one character a byte.
 *
 * @param text what the kernel's table has of it in its line
 * @param following the lines that follow in the table, in which the name may go on
 */
record SocketName(String text, List<String> following) {
  /** How a line of the table begins; a part of a name may look the same. */
  private static final Pattern TABLE_LINE = Pattern.compile("[0-9a-f]{8,16}: ");

  boolean isAbsolute() {
    return text.startsWith("/");
  }

  /** All before its last part, with the slash; empty where that is all. */
  String directory() {
    return text.substring(0, text.lastIndexOf('/') + 1);
  }

  String last() {
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** Whether it cannot go on in another line. */
  boolean ends() {
    return following.isEmpty() || isTableLine(following.get(0));
  }

  /** Whether a line looks like the beginning of a socket's. */
  static boolean isTableLine(String line) {
    return TABLE_LINE.matcher(line).lookingAt();
  }
}

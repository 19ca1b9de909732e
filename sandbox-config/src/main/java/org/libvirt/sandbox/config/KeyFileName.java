package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** The names of groups and keys that GLib takes, one {@code char} a byte. */
final class KeyFileName {
  /** White space to GLib: neither VT nor what Unicode has beyond ASCII. */
  static final CharMatcher SPACE = CharMatcher.anyOf(" \t\n\f\r").precomputed();

  private static final CharMatcher IN_GROUP =
      CharMatcher.inRange(' ', '\u00FF').and(CharMatcher.noneOf("[]\u007F")).precomputed();
  private static final CharMatcher IN_KEY =
      CharMatcher.inRange('\1', '\u00FF').and(CharMatcher.noneOf("\n=[]")).precomputed();

  private KeyFileName() {}

  /** Anything but brackets and control characters, blanks at the ends included. */
  static boolean isGroup(String name) {
    return !name.isEmpty() && IN_GROUP.matchesAllOf(name);
  }

  /**
   * Anything without brackets and {@code =}, with no white space at its ends, no {@code #} at its
   * front, and a language in brackets behind it or not.
   */
  static boolean isKey(String name) {
    int bracket = name.indexOf('[');
    return bracket < 0
        ? isPlainKey(name) && !SPACE.matches(name.charAt(name.length() - 1))
        : name.endsWith("]")
            && isPlainKey(name.substring(0, bracket))
            && isLanguage(name.substring(bracket + 1, name.length() - 1));
  }

  /** Whether a key is another one in some language. GLib takes {@code KEY[]} for a plain key. */
  static boolean isTranslation(String key) {
    return key.endsWith("]") && !key.endsWith("[]");
  }

  private static boolean isPlainKey(String name) {
    return !name.isEmpty()
        && IN_KEY.matchesAllOf(name)
        && name.charAt(0) != '#'
        && !SPACE.matches(name.charAt(0))
        && name.charAt(name.length() - 1) != ' '; // GLib allows a tab before a language.
  }

  private static boolean isLanguage(String name) {
    try {
      return UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(name.getBytes(ISO_8859_1)))
          .codePoints()
          .allMatch(letter -> "-_.@".indexOf(letter) >= 0 || isLetterOrNumber(letter));
    } catch (CharacterCodingException e) {
      return false; // GLib asks each character for its class, and what is no UTF-8 has none.
    }
  }

  // Java's isLetterOrDigit knows no other numbers than digits.
  private static boolean isLetterOrNumber(int letter) {
    return Character.isLetterOrDigit(letter)
        || Character.getType(letter) == Character.LETTER_NUMBER
        || Character.getType(letter) == Character.OTHER_NUMBER;
  }
}

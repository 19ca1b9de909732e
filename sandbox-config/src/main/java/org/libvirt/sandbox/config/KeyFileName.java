package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** The names of groups and keys that GLib takes, one {@code char} a byte. */
final class KeyFileName {
  private KeyFileName() {}

  /** Anything but brackets and control characters, blanks at the ends included. */
  static boolean isGroup(String name) {
    return !name.isEmpty()
        && name.chars().allMatch(letter -> isByte(letter) && !isControl(letter))
        && name.indexOf('[') < 0
        && name.indexOf(']') < 0;
  }

  /**
   * Anything without brackets and {@code =}, with no white space at its ends, no {@code #} at its
   * front, and a language in brackets behind it or not.
   */
  static boolean isKey(String name) {
    int bracket = name.indexOf('[');
    return bracket < 0
        ? isPlainKey(name) && !isSpace(name.charAt(name.length() - 1))
        : name.endsWith("]")
            && isPlainKey(name.substring(0, bracket))
            && isLanguage(name.substring(bracket + 1, name.length() - 1));
  }

  /** Whether a key is another one in some language. GLib takes {@code KEY[]} for a plain key. */
  static boolean isTranslation(String key) {
    return key.endsWith("]") && !key.endsWith("[]");
  }

  /** White space to GLib: neither VT nor what Unicode has beyond ASCII. */
  static boolean isSpace(int letter) {
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\f' || letter == '\r';
  }

  private static boolean isPlainKey(String name) {
    return !name.isEmpty()
        && name.chars().allMatch(KeyFileName::canBeInKey)
        && name.charAt(0) != '#'
        && !isSpace(name.charAt(0))
        && name.charAt(name.length() - 1) != ' '; // GLib allows a tab before a language.
  }

  private static boolean canBeInKey(int letter) {
    return isByte(letter)
        && letter != 0
        && letter != '\n'
        && letter != '='
        && letter != '['
        && letter != ']';
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

  private static boolean isControl(int letter) {
    return letter < ' ' || letter == 0x7F;
  }

  private static boolean isByte(int letter) {
    return letter <= 0xFF;
  }
}

package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** The values of a key file: text as it stands in the file, and what it means. */
final class KeyFileValue {
  private KeyFileValue() {}

  /** Text as it is written: blanks at its front, line ends and backslashes escaped. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    boolean atFront = true;
    for (char letter : new String(text.getBytes(UTF_8), ISO_8859_1).toCharArray()) {
      atFront = atFront && (letter == ' ' || letter == '\t');
      switch (letter) {
        case ' ' -> escaped.append(atFront ? "\\s" : " ");
        case '\t' -> escaped.append(atFront ? "\\t" : "\t");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\\' -> escaped.append("\\\\");
        default -> escaped.append(letter);
      }
    }
    return escaped.toString();
  }

  /** The text that stands in a file escaped. */
  static String unescape(String escaped) {
    StringBuilder text = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char letter = escaped.charAt(i);
      text.append(letter == '\\' ? unescape(escaped, ++i) : letter);
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(latin1(text))).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("value is not UTF-8; write it in UTF-8", e);
    }
  }

  private static char unescape(String escaped, int at) {
    return switch (at < escaped.length() ? escaped.charAt(at) : '\0') {
      case 's' -> ' ';
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case '\\' -> '\\';
      default ->
          throw new IllegalArgumentException(
              "value holds a '\\' that means nothing; write '\\\\' for the character itself");
    };
  }

  private static byte[] latin1(CharSequence text) {
    return text.toString().getBytes(ISO_8859_1);
  }

  static boolean bool(String escaped) {
    return switch (escaped.replace('\t', ' ').strip()) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new IllegalArgumentException(
              "'%s' is neither yes nor no; write true or false".formatted(readable(escaped)));
    };
  }

  /** A user or group id. */
  static long id(String escaped) {
    // More digits than these are leading zeros, or out of bounds.
    if (escaped.matches("\\+?0*[0-9]{1,10}")) {
      long id = Long.parseLong(escaped);
      if (id <= Identity.MAX_ID) {
        return id;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is not an id; write a number from 0 to %d"
            .formatted(readable(escaped), Identity.MAX_ID));
  }

  /** What a message can show of a value. */
  static String readable(String escaped) {
    return new String(latin1(escaped), UTF_8);
  }
}

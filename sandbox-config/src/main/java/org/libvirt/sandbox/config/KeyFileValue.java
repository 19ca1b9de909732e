package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.CharMatcher;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of a key file: text as it stands in the file, and what it means.
 *
 * <p>What means nothing is refused with an {@link IllegalArgumentException} that says what would be
 * right.
 */
final class KeyFileValue {
  private static final Pattern NUMBER = Pattern.compile("0*([0-9]+)");
  private static final CharMatcher IN_VALUE =
      CharMatcher.inRange('\1', '\u00FF').and(CharMatcher.isNot('\n')).precomputed();
  // Form feeds stay, see KeyFileParser.
  private static final CharMatcher SPACE_AT_FRONT =
      KeyFileName.SPACE.and(CharMatcher.isNot('\f')).precomputed();
  private static final int MAX_PREFIX = 128;
  private static final int MAX_SHOWN = 80;

  private KeyFileValue() {}

  /**
   * Text as it is written: blanks at its front, line ends and backslashes escaped.
   *
   * @throws IllegalArgumentException if no file can hold the text: it holds NUL, or half a
   *     surrogate pair
   */
  static String escape(String text) {
    String bytes = new String(toBytes(text), ISO_8859_1);
    StringBuilder escaped = new StringBuilder(bytes.length());
    boolean atFront = true;
    for (int i = 0; i < bytes.length(); i++) {
      char letter = bytes.charAt(i);
      atFront = atFront && (letter == ' ' || letter == '\t');
      switch (letter) {
        case ' ' -> escaped.append(atFront ? "\\s" : " ");
        case '\t' -> escaped.append(atFront ? "\\t" : "\t");
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\\' -> escaped.append("\\\\");
        case '\0' -> throw new IllegalArgumentException("text holds a NUL; leave it out");
        default -> escaped.append(letter);
      }
    }
    return escaped.toString();
  }

  /** Whether this can stand in a file as a value: what {@link #escape} gives, and some more. */
  static boolean isEscaped(String value) {
    return IN_VALUE.matchesAllOf(value) && withoutSpaceAtFront(value).length() == value.length();
  }

  static String withoutSpaceAtFront(String value) {
    return SPACE_AT_FRONT.trimLeadingFrom(value);
  }

  /** The text that stands in a file escaped. */
  static String unescape(String escaped) {
    StringBuilder text = new StringBuilder(escaped.length());
    for (int i = 0; i < escaped.length(); i++) {
      char letter = escaped.charAt(i);
      text.append(letter == '\\' ? unescape(escaped, ++i) : letter);
    }
    try {
      return UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(text.toString().getBytes(ISO_8859_1)))
          .toString();
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

  /** A switch: {@code true} or {@code 1}, {@code false} or {@code 0}, white space behind it. */
  static boolean bool(String escaped) {
    return switch (KeyFileName.SPACE.trimTrailingFrom(escaped)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new IllegalArgumentException(
              "'%s' is neither yes nor no; write true or false".formatted(readable(escaped)));
    };
  }

  /** A user or group id, which may have a plus sign. */
  static long id(String escaped) {
    return number(
        escaped.startsWith("+") ? escaped.substring(1) : escaped,
        0,
        Identity.MAX_ID,
        "'%s' is not an id; write a number from 0 to %d"
            .formatted(readable(escaped), Identity.MAX_ID));
  }

  /** A size in bytes, at least one. */
  static long bytes(String escaped) {
    return number(
        escaped,
        1,
        Long.MAX_VALUE,
        "'%s' is not a size; write a number of bytes from 1 to %d, digits only"
            .formatted(readable(escaped), Long.MAX_VALUE));
  }

  /** The bits of an address that are its network's; whether they are too many for IPv4 it says. */
  static int prefix(String escaped) {
    return (int)
        number(
            escaped,
            0,
            MAX_PREFIX,
            "'%s' is not a prefix; write a number from 0 to 32 for IPv4, 0 to %d for IPv6"
                .formatted(readable(escaped), MAX_PREFIX));
  }

  /** How many there are of something, at least one. */
  static int count(String escaped) {
    return (int)
        number(
            escaped,
            1,
            Integer.MAX_VALUE,
            "'%s' is not a count; write a number from 1 to %d"
                .formatted(readable(escaped), Integer.MAX_VALUE));
  }

  private static long number(String digits, long least, long most, String problem) {
    Matcher matcher = NUMBER.matcher(digits);
    // Any 18 digits fit into a long, 19 into an unsigned one; more are beyond all limits.
    if (matcher.matches() && matcher.group(1).length() <= 19) {
      long number = Long.parseUnsignedLong(matcher.group(1));
      if (number >= least && number <= most) { // Too large a one is negative.
        return number;
      }
    }
    throw new IllegalArgumentException(problem);
  }

  /** What a message can show of a value, or of a name: one line, not too long. */
  static String readable(String escaped) {
    StringBuilder shown = new StringBuilder();
    new String(escaped.getBytes(ISO_8859_1), UTF_8)
        .codePoints()
        .limit(MAX_SHOWN)
        .map(letter -> Character.isISOControl(letter) ? '\uFFFD' : letter)
        .forEach(shown::appendCodePoint);
    return escaped.length() > 4 * MAX_SHOWN ? shown + "..." : shown.toString();
  }

  /**
   * Text in UTF-8.
   *
   * @throws IllegalArgumentException if it is no text, as it holds half a surrogate pair
   */
  static byte[] toBytes(String text) {
    try {
      ByteBuffer bytes = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return array;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "text is not valid Unicode: it holds half a surrogate pair; leave it out", e);
    }
  }
}

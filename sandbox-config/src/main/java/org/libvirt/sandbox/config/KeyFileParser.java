package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.base.CharMatcher;
import org.jspecify.annotations.Nullable;

/**
 * The syntax of key files, read as GLib 2.74 reads it: line by line, each a group, a key, a comment
 * or nothing.
 *
 * <p>One difference: GLib drops form feeds before a value, and has no escape to keep them. Here
 * they belong to the value, or an argument that begins with one would be lost in a file.
 */
final class KeyFileParser {
  /** The most groups and keys that are read: what many short ones take in memory is not short. */
  static final int MAX_LINES = 1_000_000;

  // Blanks; and GLib, going from character to character, passes over what only continues one.
  private static final CharMatcher BEHIND_GROUP =
      CharMatcher.anyOf(" \t").or(CharMatcher.inRange('\u0080', '\u00BF'));

  private final KeyFile file;
  private int number;
  private int lines;
  private @Nullable String firstGroup;
  private @Nullable String group;

  private KeyFileParser(String source) {
    this.file = new KeyFile(source);
  }

  /**
   * Reads what a file holds.
   *
   * @param source what the file is called in messages
   * @throws ConfigFileException if this is no key file, or too large a one; it names the line
   */
  static KeyFile parse(String source, byte[] bytes) {
    KeyFileParser parser = new KeyFileParser(source);
    if (bytes.length > KeyFile.MAX_BYTES) {
      throw parser.refused(
          "holds more than the %d MiB that a config may have; leave something out"
              .formatted(KeyFile.MAX_BYTES >> 20));
    }
    parser.parse(new String(bytes, ISO_8859_1));
    return parser.file;
  }

  private void parse(String text) {
    refuseByteOrderMark(text);
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      parseLine(text, start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end);
      start = end + 1;
    }
    // A CR is a part of a line's end only before an LF: it stays where the last LF is missing.
    parseLine(text, start, text.length());
  }

  private void refuseByteOrderMark(String text) {
    if (text.startsWith("\u00EF\u00BB\u00BF")
        || text.startsWith("\u00FF\u00FE")
        || text.startsWith("\u00FE\u00FF")) {
      throw refused("line 1 begins with a byte order mark; save it as UTF-8 without one");
    }
  }

  private void parseLine(String text, int from, int to) {
    number++;
    String whole = KeyFileName.SPACE.trimLeadingFrom(text.substring(from, to));
    // Past a NUL, GLib sees nothing of a line, almost.
    int end = whole.indexOf('\0');
    String line = end < 0 ? whole : whole.substring(0, end);
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    if (++lines > MAX_LINES) {
      throw malformed("is a group or key beyond the first " + MAX_LINES + "; leave some out");
    }
    String unseen = whole.substring(line.length());
    if (line.startsWith("[")) {
      parseGroup(line, unseen);
    } else {
      parseKey(line, unseen);
    }
  }

  private void parseGroup(String line, String unseen) {
    int end = line.indexOf(']');
    if (end < 0 || !BEHIND_GROUP.matchesAllOf(line.substring(end + 1))) {
      throw malformed("is no group; write [NAME]");
    }
    String name = line.substring(1, end);
    // GLib looks for the end of the name from the back, there past a NUL too.
    if (!KeyFileName.isGroup(name) || unseen.indexOf(']') >= 0) {
      throw malformed(
          "has no valid group name; write [NAME] without brackets and control characters in it");
    }
    file.addGroup(name);
    group = name;
    firstGroup = firstGroup == null ? name : firstGroup;
  }

  private void parseKey(String line, String unseen) {
    int equals = line.indexOf('=');
    if (equals <= 0) {
      throw malformed("is neither a group, nor a comment, nor KEY=VALUE");
    }
    if (group == null) {
      throw malformed("comes before any group; write [api] first");
    }
    String key = KeyFileName.SPACE.trimTrailingFrom(line.substring(0, equals));
    if (!KeyFileName.isKey(key)) {
      throw malformed(
          "has no valid key; write KEY=VALUE without brackets in KEY, or KEY[LANGUAGE]=VALUE");
    }
    String value = KeyFileValue.withoutSpaceAtFront(line.substring(equals + 1));
    refuseOtherEncoding(key, value + unseen);
    file.put(group, key, value);
  }

  private void refuseOtherEncoding(String key, String value) {
    if (key.equals("Encoding")
        && group != null
        && group.equals(firstGroup)
        && !value.equalsIgnoreCase("UTF-8")) {
      throw malformed("says that this is not UTF-8; write the file in UTF-8, and no Encoding");
    }
  }

  private ConfigFileException malformed(String problem) {
    return refused("line " + number + " " + problem);
  }

  private ConfigFileException refused(String problem) {
    return new ConfigFileException(file.source(), null, null, problem, null);
  }
}

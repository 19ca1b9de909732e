package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.Maps;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A key file of GLib: groups of keys with values, in order.
 *
 * <p>All text in here is that of the file, one {@code char} a byte and values still escaped: the
 * syntax is ASCII, and what nobody asks for need not be valid UTF-8 to be kept. {@link
 * KeyFileValue} turns values into text and back, {@link KeyFileParser} reads the syntax. Comments
 * are not kept; translations of keys ({@code KEY[LANGUAGE]}) are, but nobody sees them: they are
 * never the key itself.
 */
final class KeyFile {
  /**
   * The most bytes that a file may have: more than any sandbox needs (Linux gives a program some 6
   * MB of arguments and environment), and little enough to hold in memory.
   */
  static final int MAX_BYTES = 16 << 20;

  private static final String TEXT = "config text";

  private final String source;
  private final Map<String, Map<String, String>> groups = new LinkedHashMap<>();

  KeyFile(String source) {
    this.source = source;
  }

  static KeyFile empty() {
    return new KeyFile("config");
  }

  /**
   * Reads text, which is taken as UTF-8.
   *
   * @throws ConfigFileException if the text is no key file; it names the line
   */
  static KeyFile parse(String text) {
    return KeyFileParser.parse(TEXT, bytes(text));
  }

  private static byte[] bytes(String text) {
    try {
      return KeyFileValue.toBytes(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigFileException(TEXT, null, null, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads a regular file.
   *
   * @throws ConfigFileException if it holds no key file, or more than {@link #MAX_BYTES}
   * @throws IOException if it cannot be read, or is a directory, a device or a FIFO (which could
   *     give bytes for ever, or none)
   */
  static KeyFile read(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(
          file.toString(),
          null,
          (attributes.isDirectory() ? "is a directory" : "is no regular file") + "; give a file");
    }
    try (InputStream content = Files.newInputStream(file)) {
      // One byte more than allowed shows that there is more; the size that the file tells may lie.
      return KeyFileParser.parse(file.toString(), content.readNBytes(MAX_BYTES + 1));
    }
  }

  /** What the file is called in messages. */
  String source() {
    return source;
  }

  Set<String> groupNames() {
    return Collections.unmodifiableSet(groups.keySet());
  }

  /** The keys of a group, without translations; none where there is no such group. */
  Map<String, String> group(String group) {
    return Collections.unmodifiableMap(
        Maps.filterKeys(
            groups.getOrDefault(group, Map.of()), key -> !KeyFileName.isTranslation(key)));
  }

  /**
   * Sets a value as it stands in the file: escaped. A key that is there keeps its place.
   *
   * @throws IllegalArgumentException if a file could not hold this
   */
  void put(String group, String key, String escaped) {
    if (!KeyFileName.isKey(key)) {
      throw new IllegalArgumentException(
          "'%s' cannot be a key of a key file".formatted(KeyFileValue.readable(key)));
    }
    if (!KeyFileValue.isEscaped(escaped)) {
      throw new IllegalArgumentException(
          "value of the key '%s' is not escaped".formatted(KeyFileValue.readable(key)));
    }
    keysOf(group).put(key, escaped);
  }

  /** Makes sure that there is a group, be it without keys. */
  void addGroup(String group) {
    keysOf(group);
  }

  private Map<String, String> keysOf(String group) {
    return groups.computeIfAbsent(group, KeyFile::newGroup);
  }

  private static Map<String, String> newGroup(String name) {
    if (!KeyFileName.isGroup(name)) {
      throw new IllegalArgumentException(
          "'%s' cannot be a group of a key file".formatted(KeyFileValue.readable(name)));
    }
    return new LinkedHashMap<>();
  }

  /** Adds all keys of a group of another file, translations included. */
  void copy(KeyFile other, String group) {
    keysOf(group).putAll(other.groups.getOrDefault(group, Map.of()));
  }

  /**
   * The file's text, valid UTF-8 where everything in it is.
   *
   * @throws ConfigFileException if it is larger than {@link #MAX_BYTES}
   */
  String text() {
    return new String(bytes(), UTF_8);
  }

  /**
   * Writes a new file that only its owner can read, or none; nobody ever sees a part of it.
   *
   * @throws ConfigFileException if it would be larger than {@link #MAX_BYTES}
   * @throws java.nio.file.FileAlreadyExistsException if there is a file of that name, which may be
   *     a symbolic link to nothing; it is left as it is
   * @throws IOException if the file cannot be written; then there is none
   */
  void writeNew(Path file) throws IOException {
    new NewFile(file).write(bytes());
  }

  /** Whether both would be written as the same file, if it were not too large. */
  boolean isSameAs(KeyFile other) {
    return content().equals(other.content());
  }

  /**
   * What is written.
   *
   * @throws ConfigFileException if it is larger than {@link #MAX_BYTES}
   */
  byte[] bytes() {
    String text = content();
    if (text.length() > MAX_BYTES) {
      throw new ConfigFileException(
          source,
          null,
          null,
          "takes %d bytes as a file, which may have %d; leave something out"
              .formatted(text.length(), MAX_BYTES),
          null);
    }
    return text.getBytes(ISO_8859_1);
  }

  private String content() {
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, values) -> {
          text.append(text.isEmpty() ? "[" : "\n[").append(group).append("]\n");
          values.forEach((key, value) -> append(text, key, value));
        });
    return text.toString();
  }

  private static void append(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(value);
    // Whoever reads the line takes the CR at its end for a part of the line's end.
    text.append(value.endsWith("\r") ? "\r\n" : "\n");
  }
}

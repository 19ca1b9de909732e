package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key file of GLib: groups of keys with values, in order.
 *
 * <p>All text in here is that of the file, one {@code char} a byte and values still escaped: the
 * syntax is ASCII, and what nobody asks for need not be valid UTF-8 to be kept. {@link
 * KeyFileValue} turns values into text and back.
 */
final class KeyFile {
  private final String source;
  private final Map<String, Map<String, String>> groups = new LinkedHashMap<>();

  private KeyFile(String source) {
    this.source = source;
  }

  static KeyFile empty() {
    return new KeyFile("config");
  }

  static KeyFile parse(String text) {
    return parse("config text", text.getBytes(UTF_8));
  }

  static KeyFile read(Path file) throws IOException {
    return parse(file.toString(), Files.readAllBytes(file));
  }

  private static KeyFile parse(String source, byte[] bytes) {
    KeyFile file = new KeyFile(source);
    @Nullable String group = null;
    int number = 0;
    for (String ended : new String(bytes, ISO_8859_1).split("\n", -1)) {
      number++;
      String line = ended.endsWith("\r") ? ended.substring(0, ended.length() - 1) : ended;
      line = stripLeading(line);
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("[")) {
        group = file.groupName(line, number);
        file.groups.computeIfAbsent(group, name -> new LinkedHashMap<>());
      } else {
        file.addLine(group, line, number);
      }
    }
    return file;
  }

  private String groupName(String line, int number) {
    int end = line.indexOf(']');
    if (end < 0 || !stripLeading(line.substring(end + 1)).isEmpty()) {
      throw malformed(number, "is no group; write [NAME]");
    }
    String name = line.substring(1, end);
    if (name.isEmpty()
        || name.indexOf('[') >= 0
        || name.chars().anyMatch(letter -> letter < ' ' || letter == 0x7f)) {
      throw malformed(number, "has no valid group name; write [NAME] without brackets in it");
    }
    return name;
  }

  private void addLine(@Nullable String group, String line, int number) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      throw malformed(number, "is neither a group, nor a comment, nor KEY=VALUE");
    }
    if (group == null) {
      throw malformed(number, "comes before any group; write [api] first");
    }
    String key = stripTrailing(line.substring(0, equals));
    if (key.isEmpty() || (key.indexOf('[') >= 0 && !key.endsWith("]"))) {
      throw malformed(number, "has no valid key; write KEY=VALUE");
    }
    if (!key.endsWith("]")) { // KEY[LANGUAGE] is a translation, never the key.
      put(group, key, stripLeading(line.substring(equals + 1)));
    }
  }

  private ConfigFileException malformed(int line, String problem) {
    return new ConfigFileException(source, null, null, "line " + line + " " + problem, null);
  }

  /** What the file is called in messages. */
  String source() {
    return source;
  }

  Set<String> groupNames() {
    return Collections.unmodifiableSet(groups.keySet());
  }

  Map<String, String> group(String group) {
    return Collections.unmodifiableMap(groups.getOrDefault(group, Map.of()));
  }

  /** Sets a value as it stands in the file: escaped. A key that is there keeps its place. */
  void put(String group, String key, String escaped) {
    groups.computeIfAbsent(group, name -> new LinkedHashMap<>()).put(key, escaped);
  }

  /** Adds all keys of a group of another file. */
  void copy(KeyFile other, String group) {
    groups.computeIfAbsent(group, name -> new LinkedHashMap<>()).putAll(other.group(group));
  }

  /** The file's text, valid UTF-8 where everything in it is. */
  String text() {
    return new String(bytes(), UTF_8);
  }

  /** Writes a new file that only its owner can read, or none. */
  void writeNew(Path file) throws IOException {
    try (SeekableByteChannel channel = createNew(file)) {
      try {
        ByteBuffer content = ByteBuffer.wrap(bytes());
        while (content.hasRemaining()) {
          channel.write(content);
        }
      } catch (IOException e) {
        Files.deleteIfExists(file); // Ours, as it was made new.
        throw e;
      }
    }
  }

  private static SeekableByteChannel createNew(Path file) throws IOException {
    try {
      return Files.newByteChannel(
          file,
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      FileAlreadyExistsException explained =
          new FileAlreadyExistsException(
              file.toString(), null, "a config is never saved over a file; delete it first");
      explained.initCause(e);
      throw explained;
    }
  }

  private byte[] bytes() {
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (group, values) -> {
          text.append(text.isEmpty() ? "[" : "\n[").append(group).append("]\n");
          values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        });
    return text.toString().getBytes(ISO_8859_1);
  }

  // Blanks and tabs only, as in GLib: a no-break space, say, belongs to the text.
  private static String stripLeading(String text) {
    int start = 0;
    while (start < text.length() && isBlank(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  private static String stripTrailing(String text) {
    int end = text.length();
    while (end > 0 && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  private static boolean isBlank(char letter) {
    return letter == ' ' || letter == '\t';
  }
}

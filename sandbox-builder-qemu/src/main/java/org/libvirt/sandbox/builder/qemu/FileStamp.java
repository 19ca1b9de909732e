package org.libvirt.sandbox.builder.qemu;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What tells cheaply that a file is the one that it was: its path, size, inode, and the times at
 * which its content and its attributes were changed.
 *
 * @param text all of them in one line, the path last
 */
record FileStamp(String text) {
  private static final List<String> ATTRIBUTES =
      List.of("size", "ino", "lastModifiedTime", "ctime");
  private static final int PARTS = ATTRIBUTES.size() + 1;

  /**
   * The stamp of a file.
   *
   * @throws NoSuchFileException if it does not exist
   */
  static FileStamp of(Path file) throws IOException {
    Map<String, Object> found = Files.readAttributes(file, "unix:" + String.join(",", ATTRIBUTES));
    StringBuilder text = new StringBuilder();
    for (String attribute : ATTRIBUTES) {
      Object value = found.get(attribute);
      // a time's own text takes longer than all the rest
      text.append(value instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : value);
      text.append(' ');
    }
    return new FileStamp(text.append(file).toString());
  }

  /** Whether the file is still the same; false too if it is gone or cannot be looked at. */
  boolean holds() {
    List<String> parts = Splitter.on(' ').limit(PARTS).splitToList(text);
    try {
      return parts.size() == PARTS && of(Path.of(parts.get(PARTS - 1))).equals(this);
    } catch (IOException e) {
      return false; // which is an answer
    }
  }
}

package org.libvirt.sandbox.builder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Data that this package carries as text: a record a line, without blank lines and comments. */
final class DataLines {
  private DataLines() {}

  /** The lines of a file beside these classes, in its order. */
  static List<String> of(String name) {
    try (InputStream in = DataLines.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("sandbox-api's jar is without " + name);
      }
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + " from sandbox-api's jar", e);
    }
  }
}

package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file of environment variables, as podman reads it: {@code NAME=VALUE} or {@code NAME} a line.
 * Blanks before a name count for nothing, nor do empty lines and those that begin with {@code #}; a
 * value is all that stands behind the {@code =}, quotes too.
 */
final class EnvironmentFile {
  private final Path file;
  private final List<String> lines;

  private EnvironmentFile(Path file, List<String> lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it cannot be read, or is not UTF-8
   */
  static EnvironmentFile read(Path file) {
    try {
      return new EnvironmentFile(file, Files.readAllLines(file));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'%s' is not valid UTF-8".formatted(file), e);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("'%s' does not exist".formatted(file), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read '%s': %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Hands over each variable as it is written.
   *
   * @param use takes {@code NAME=VALUE} or {@code NAME}
   * @throws IllegalArgumentException if it refuses one; the message names the line
   */
  void each(Consumer<String> use) {
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).stripLeading();
      if (!line.isEmpty() && !line.startsWith("#")) {
        hand(line, i + 1, use);
      }
    }
  }

  private void hand(String line, int number, Consumer<String> use) {
    try {
      String name = line.split("=", 2)[0];
      if (name.chars().anyMatch(Character::isWhitespace)) {
        throw new IllegalArgumentException(
            "the name '%s' holds a blank; write NAME=VALUE without one".formatted(name));
      }
      use.accept(line);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s, line %d: %s".formatted(file, number, e.getMessage()), e);
    }
  }
}

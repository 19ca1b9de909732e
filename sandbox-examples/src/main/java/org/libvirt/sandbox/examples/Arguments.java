package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The command line's text. */
final class Arguments {
  private static final String REPLACED = "\ufffd";

  private Arguments() {}

  /**
   * Refuses arguments that are not UTF-8. The JVM has replaced what it could not read by then, and
   * a program would be given other names than its user typed.
   *
   * @throws IllegalArgumentException if an argument is not UTF-8
   */
  static void checkEncoding(String[] arguments) {
    if (!String.join("", arguments).contains(REPLACED)) {
      return;
    }
    try {
      byte[] typed = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(typed));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the command line is not valid UTF-8; pass other bytes through standard input", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the command line's bytes: " + e, e);
    }
  }
}

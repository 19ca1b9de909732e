package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The command line's text: UTF-8, whatever the locale. */
final class Arguments {
  private static final Path TYPED = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /**
   * The arguments as they were typed. The JVM has read them in the locale's encoding, and has
   * replaced what is none there: a program would be given other names than its user typed.
   *
   * @param read what the JVM made of them
   * @throws IllegalArgumentException if they are not UTF-8
   */
  static String[] typed(String[] read) {
    return isAscii(read) ? read : typed(read, TYPED);
  }

  static String[] typed(String[] read, Path commandLine) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(commandLine)))
              .toString();
      // each is ended by a NUL; those of the JVM come first
      String[] all = text.split("\0", -1);
      return Arrays.copyOfRange(all, all.length - 1 - read.length, all.length - 1);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "the command line is not valid UTF-8; pass other bytes through standard input", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read the command line's bytes: " + e, e);
    }
  }

  private static boolean isAscii(String[] arguments) {
    return String.join("", arguments).chars().allMatch(c -> c < 128);
  }
}

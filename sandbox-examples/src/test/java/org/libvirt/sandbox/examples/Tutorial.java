package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What docs/tutorial.md shows: parts of files, and commands with what they print. */
final class Tutorial {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");
  private static final Pattern PART =
      Pattern.compile("(?ms)^<!-- from (\\S+) -->\n```java\n(.*?)^```$");
  private static final Pattern COMMANDS =
      Pattern.compile("(?ms)^```sh\n(.*?)^```\n\n```\n(.*?)^```$");

  private final String text;

  private Tutorial(String text) {
    this.text = text;
  }

  /**
   * A part of a file.
   *
   * @param file its path in the checkout
   * @param text whole lines
   */
  record Part(String file, String text) {}

  /**
   * Commands as they are typed.
   *
   * @param script the commands
   * @param output what stands below them
   */
  record Commands(String script, String output) {
    @Override
    public String toString() {
      return script;
    }
  }

  static Tutorial read() {
    return new Tutorial(read(Checkout.root().resolve("docs/tutorial.md")));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Part> parts() {
    return matches(PART).map(match -> new Part(match.group(1), match.group(2))).toList();
  }

  List<Commands> commands() {
    return matches(COMMANDS).map(match -> new Commands(match.group(1), match.group(2))).toList();
  }

  /** How many blocks there are, of whatever kind. */
  long blocks() {
    return matches(BLOCK).count();
  }

  private Stream<MatchResult> matches(Pattern pattern) {
    return pattern.matcher(text).results();
  }
}

package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's programs, taken from its text, do what it says. */
final class ReadmeIT {
  /** A fenced block: its language and its text. */
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");

  private final Path root = Checkout.root();
  private final List<String> readme = blocks();

  @Test
  void the_program_prints_what_stands_below_it(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("Hello.java"), block("java\nimport org.libvirt"));

    var ran =
        Shell.run(
            """
            classes="$1/*" && cd "$2" &&
            "$3/bin/javac" -Xlint:all -Werror -cp "$classes" Hello.java &&
            exec "$3/bin/java" $4 -cp "$classes:." Hello
            """,
            jars(),
            directory.toString(),
            System.getProperty("java.home"),
            nativeAccess());

    assertThat(ran).isEqualTo(new Shell.Outcome(0, block("\nHello from"), ""));
  }

  @Test
  void the_config_is_one_that_can_be_built(@TempDir Path directory) throws IOException {
    String config = block("java\nInteractiveConfig.builder()").strip().replaceFirst(";$", "");
    Files.writeString(
        directory.resolve("Config.java"),
        """
        import org.libvirt.sandbox.config.*;

        public class Config {
          public static void main(String[] args) {
            System.out.println(%s.mounts().size());
          }
        }
        """
            .formatted(config));

    var ran =
        Shell.run(
            """
            classes="$1/*" && cd "$2" && "$3/bin/javac" -cp "$classes" Config.java &&
            exec "$3/bin/java" -cp "$classes:." Config
            """,
            jars(),
            directory.toString(),
            System.getProperty("java.home"));

    assertThat(ran).isEqualTo(new Shell.Outcome(0, "4\n", ""));
  }

  @Test
  void sandboxes_get_addresses_of_their_own_network(@TempDir Path directory) throws IOException {
    Files.writeString(
        directory.resolve("Networked.java"),
        """
        import org.libvirt.sandbox.*;
        import org.libvirt.sandbox.config.*;
        import org.libvirt.sandbox.context.InteractiveContext;

        public class Networked {
          public static void main(String[] args) throws Exception {
            %s
          }
        }
        """
            .formatted(block("java\ntry (var libvirt")));

    var ran =
        Shell.run(
            """
            classes="$1/*" && cd "$2" && "$3/bin/javac" -cp "$classes" Networked.java &&
            exec "$3/bin/java" $4 -cp "$classes:." Networked
            """,
            jars(),
            directory.toString(),
            System.getProperty("java.home"),
            nativeAccess());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).containsPattern("inet 192\\.168\\.150\\.[5-9][0-9]/24");
  }

  @Test
  void the_session_answers_what_stands_below_it(@TempDir Path directory) throws IOException {
    Path session = Files.writeString(directory.resolve("session"), block("\nimport org.libvirt"));
    // as in the README, but for preferences that are the user's
    var ran =
        Shell.run(
            """
            cd "$1" && exec "$2/bin/jshell" -J-Djava.util.prefs.userRoot="$3" $4 \\
              --class-path "$(printf %s: target/virt-sandbox/*.jar)" <"$3/session"
            """,
            root.toString(),
            System.getProperty("java.home"),
            session.getParent().toString(),
            nativeAccess().replaceFirst("^-", "-R-"));

    assertThat(ran.out().lines().map(line -> line.replaceFirst("^\\W*(jshell>\\W*)?(?=\\$)", "")))
        .containsSubsequence(block("\n$7").lines().toList());
    assertThat(ran.out()).doesNotContain("Exception", "Error");
  }

  private String block(String beginning) {
    return readme.stream()
        .filter(block -> block.startsWith(beginning))
        .findFirst()
        .map(block -> block.substring(block.indexOf('\n') + 1))
        .orElseThrow();
  }

  private String jars() {
    return root.resolve("target/virt-sandbox").toString();
  }

  private static String nativeAccess() {
    return Runtime.version().feature() < 24 ? "" : "--enable-native-access=ALL-UNNAMED";
  }

  private List<String> blocks() {
    try {
      return BLOCK
          .matcher(Files.readString(root.resolve("README.md")))
          .results()
          .map(match -> match.group(1) + "\n" + match.group(2))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

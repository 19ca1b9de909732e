package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of docs/tutorial.md, typed one after the other, print what stands below them and
 * leave nothing: with the Java that runs the tests, and with Java 25 where there is one.
 */
final class TutorialIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Known to all processes of one test, and to no other. */
  private final String mark = "TUTORIAL=" + UUID.randomUUID();

  static Stream<Arguments> commands() {
    return javas()
        .flatMap(
            java -> Tutorial.read().commands().stream().map(typed -> Arguments.of(java, typed)));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void commands_print_what_stands_below_them_and_leave_nothing(
      Path java, Tutorial.Commands commands, @TempDir Path preferences) {
    var ran =
        Shell.run(
            """
            export PATH="$1/bin:$PATH" "$4"
            preferences=$3 native=$5
            java() { command java $native "$@"; }
            jshell() {
              command jshell ${native:+"-R$native"} -J-Djava.util.prefs.userRoot="$preferences" "$@"
            }
            mkdir -p "$3/.java/.userPrefs" && cd "$2" || exit
            """
                + commands.script(),
            java.toString(),
            Checkout.root().toString(),
            preferences.toString(),
            mark,
            nativeAccess(java));

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).isEqualTo(commands.output());
    await().atMost(LIMIT).untilAsserted(() -> assertThat(processes()).isEmpty());
  }

  /** What the tutorial says is to be added from Java 24 on. */
  private static String nativeAccess(Path java) {
    return java.equals(ownJava()) && Runtime.version().feature() < 24
        ? ""
        : "--enable-native-access=ALL-UNNAMED";
  }

  private static Stream<Path> javas() {
    return Stream.concat(Stream.of(ownJava()), java25()).distinct();
  }

  private static Path ownJava() {
    return Path.of(System.getProperty("java.home"));
  }

  private static Stream<Path> java25() {
    String named = System.getenv("JAVA25_HOME");
    if (named != null) {
      return Stream.of(Path.of(named));
    }
    try (Stream<Path> installed = Files.list(Path.of("/usr/lib/jvm"))) {
      return installed
          .filter(java -> java.getFileName().toString().matches(".*\\b25\\b.*"))
          .filter(java -> Files.isExecutable(java.resolve("bin/jshell")))
          .sorted()
          .limit(1)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The daemons, launchers and programs on the host that the commands have left. */
  private List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(process -> Path.of("/proc", Long.toString(process.pid())))
        .filter(process -> read(process.resolve("environ")).contains(mark))
        .map(process -> read(process.resolve("cmdline")).replace('\0', ' '))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // of a process that has ended
    }
  }
}

package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Defects of libvirt-sandbox's virt-sandbox that are not to come back: for each number, some test
 * of some module has it in its name.
 */
final class RepairedDefectsTest {
  /** The name of a test where it is declared; other methods are private or static. */
  private static final Pattern TEST = Pattern.compile("(?m)^ +void (\\w*(?i:bug)_\\w*)\\(");

  private static final Pattern NUMBER = Pattern.compile("(?i:bug)_(\\d+)");

  private static final Set<Integer> TESTED = tested();

  @ParameterizedTest(name = "BUG-{0}")
  @ValueSource(
      ints = {
        1, 2, 3, 4, 6, 7, 10, 25, 26, 27, 28, 30, 31, 32, 37, 41, 42, 43, 44, 45, 46, 47, 48, 49,
        50, 51, 52, 53, 54, 58, 59, 60, 62, 63
      })
  void a_repaired_defect_has_a_test_that_carries_its_number(int number) {
    assertThat(TESTED).contains(number);
  }

  private static Set<Integer> tested() {
    try (Stream<Path> modules = Files.list(Checkout.root())) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .flatMap(RepairedDefectsTest::sources)
          .flatMap(source -> TEST.matcher(source).results())
          .flatMap(test -> NUMBER.matcher(test.group(1)).results())
          .map(number -> Integer.valueOf(number.group(1)))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> sources(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      // all of them now, as the walk must be closed
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(RepairedDefectsTest::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

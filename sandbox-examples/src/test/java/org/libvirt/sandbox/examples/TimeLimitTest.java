package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class TimeLimitTest {
  private final TimeLimit limit = new TimeLimit();

  @ParameterizedTest
  @CsvSource({
    "10, PT10S",
    "0.5, PT0.5S",
    "90s, PT90S",
    "2m, PT2M",
    "1h, PT1H",
    "1d, PT24H",
    "1.5m, PT90S",
    "0.000000001, PT0.000000001S",
    "999999999d, PT23999999976H"
  })
  void a_number_is_of_seconds_or_of_the_unit_behind_it(String text, Duration expected) {
    assertThat(limit.convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "-1", "+1", "1 s", " 1", "1ms", "1,5", "1e3", ".5", "1.", "inf", "٣"})
  void anything_else_is_refused_with_examples(String text) {
    assertThatThrownBy(() -> limit.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("90s");
  }

  @Test
  void no_time_at_all_is_refused() {
    assertThatThrownBy(() -> limit.convert("0.0h")).hasMessageContaining("leave the option out");
  }
}

package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TerminalSizeTest {
  @ParameterizedTest
  @CsvSource({"0, 80", "24, 0", "-1, 80", "65536, 80", "24, 65536"})
  void a_side_out_of_bounds_is_refused(int rows, int columns) {
    assertThatThrownBy(() -> new TerminalSize(rows, columns))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rows + " rows, " + columns + " columns");
  }

  @Test
  void the_bounds_themselves_are_sizes() {
    assertThat(new TerminalSize(1, 65535).columns()).isEqualTo(65535);
    assertThat(new TerminalSize(65535, 1).rows()).isEqualTo(65535);
  }
}

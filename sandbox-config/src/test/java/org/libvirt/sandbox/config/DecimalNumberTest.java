package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalNumberTest {
  @Test
  void numbers_have_63_bits_or_31() {
    assertThat(DecimalNumber.parseLong("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
    assertThat(DecimalNumber.parseInt("2147483647")).isEqualTo(Integer.MAX_VALUE);
    assertThat(DecimalNumber.parseLong("0")).isZero();
    assertThat(DecimalNumber.parseInt("0".repeat(40) + "24")).isEqualTo(24);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "+1",
        "-1",
        "1K",
        "0x1",
        "1.0",
        "9223372036854775808",
        "18446744071562067968",
        "99999999999999999999"
      })
  void anything_else_is_refused_and_not_made_a_number_BUG_3(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecimalNumber.parseLong(text))
        .withMessageContaining("'" + text + "' is not a number from 0; write decimal digits");
  }

  @Test
  void more_than_31_bits_are_no_number_of_things() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DecimalNumber.parseInt("2147483648"))
        .withMessageEndingWith("at most 2147483647");
  }
}

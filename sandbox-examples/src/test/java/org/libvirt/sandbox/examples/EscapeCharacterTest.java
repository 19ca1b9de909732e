package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ParameterException;

final class EscapeCharacterTest {
  private static final EscapeCharacter CONTROL_BRACKET = new EscapeCharacter((byte) 0x1d);

  @ParameterizedTest
  @CsvSource({"]abc, 0", "ab]c, 2", "abc], 3", "a]], 1", "abcd, 4"})
  void it_is_found_anywhere_in_what_was_read_BUG_26(String read, int before) {
    byte[] bytes = read.replace(']', '\u001d').getBytes(ISO_8859_1);

    assertThat(CONTROL_BRACKET.before(bytes, bytes.length)).isEqualTo(before);
  }

  @Test
  void what_an_earlier_read_left_in_the_buffer_does_not_count() {
    assertThat(CONTROL_BRACKET.before(new byte[] {'a', 0x1d}, 1)).isEqualTo(1);
  }

  @Test
  void it_is_control_bracket_where_nothing_is_said() {
    assertThat(Options.parse("id").escape()).isEqualTo(CONTROL_BRACKET).hasToString("Ctrl-]");
  }

  @ParameterizedTest
  @CsvSource({"^], 29", "^p, 16", "^P, 16", "^@, 0", "^_, 31"})
  void it_can_be_another(String option, byte code) {
    assertThat(Options.parse("--escape", option, "id").escape())
        .isEqualTo(new EscapeCharacter(code));
  }

  @Test
  void it_can_be_switched_off() {
    assertThat(Options.parse("--escape=none", "id").escape()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "^", "^1", "^]x", "^?", "None", "^é"})
  void anything_else_is_refused_with_what_would_be_right(String option) {
    assertThatThrownBy(() -> Options.parse("--escape", option, "id"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--escape")
        .hasMessageContaining("write one such as '^]', or 'none'");
  }
}

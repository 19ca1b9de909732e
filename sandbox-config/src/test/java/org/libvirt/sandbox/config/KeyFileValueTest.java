package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileValueTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"  a b \"|\"\\s\\sa b \"",
        "\"   \"|\\s\\s\\s",
        "\"\ta\tb\"|\"\\ta\tb\"",
        "\"a\r\n\"|a\\r\\n",
        "a\\b|a\\\\b",
        "a;b#c=d[e]'f'|a;b#c=d[e]'f'",
        "\"\"|\"\"",
        "\"\u00A0a\"|\"\u00C2\u00A0a\"",
        "\u20AC|\u00E2\u0082\u00AC",
        "\"\fa\"|\"\fa\"",
        "\"\n a\"|\"\\n a\"",
      })
  void text_is_escaped_as_GLib_does_it_and_comes_back(String text, String escaped) {
    assertThat(KeyFileValue.escape(text)).isEqualTo(escaped);
    assertThat(KeyFileValue.unescape(escaped)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "a\\sb\\tc,a b\tc",
    "\\\\s,\\s",
  })
  void escapes_mean_the_same_anywhere(String escaped, String text) {
    assertThat(KeyFileValue.unescape(escaped)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\qb", "\\x41", "a\\", "\\;", "\\0", "\\\\\\"})
  void an_escape_that_means_nothing_is_refused_BUG_56(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.unescape(escaped))
        .withMessage(
            "value holds a '\\' that means nothing; write '\\\\' for the character itself");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00E4", "\u00C3", "\u00ED\u00A0\u0080", "\u00C0\u0080", "\u00F5"})
  void bytes_that_are_not_UTF_8_are_refused_BUG_56(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.unescape(escaped))
        .withMessage("value is not UTF-8; write it in UTF-8");
  }

  @Test
  void what_no_file_can_hold_is_refused_and_not_replaced() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.escape("a\0b"))
        .withMessage("text holds a NUL; leave it out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.escape("a\uD800b"))
        .withMessageContaining("half a surrogate pair");
  }

  @ParameterizedTest
  @CsvSource({"true,true", "1,true", "false,false", "0,false", "'true \t\f',true", "'0\r',false"})
  void a_switch_may_have_white_space_behind_it(String escaped, boolean meaning) {
    assertThat(KeyFileValue.bool(escaped)).isEqualTo(meaning);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TRUE",
        "True",
        "yes",
        "no",
        "on",
        "2",
        "01",
        "-1",
        "truefalse",
        "\\strue",
        "true\u000B",
        "true\u001C",
        "true\u00C2\u00A0"
      })
  void another_switch_is_refused_BUG_56(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.bool(escaped))
        .withMessageEndingWith("is neither yes nor no; write true or false");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "010,10",
    "+5,5",
    "+005,5",
    "4294967294,4294967294",
    "000000000000000000000000007,7",
  })
  void an_id_is_decimal(String escaped, long id) {
    assertThat(KeyFileValue.id(escaped)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+",
        "-1",
        "++1",
        "0x10",
        "1.5",
        "12abc",
        "7 ",
        "4294967295",
        "4294967296",
        "18446744073709551616",
        "99999999999999999999999",
        "1e3",
        "\u00D9\u00A1"
      })
  void what_is_no_id_is_refused_and_not_user_0_BUG_56(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.id(escaped))
        .withMessageEndingWith("is not an id; write a number from 0 to 4294967294");
  }

  @ParameterizedTest
  @CsvSource({
    "1,1",
    "2147483648,2147483648",
    "4294967296,4294967296",
    "8589934592,8589934592",
    "0010,10",
    "9223372036854775807,9223372036854775807",
  })
  void a_size_has_64_bits_BUG_3(String escaped, long bytes) {
    assertThat(KeyFileValue.bytes(escaped)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1K",
        "1 ",
        "+1",
        "-1",
        "0x1",
        "1.0",
        "9223372036854775808",
        "18446744071562067968",
        "18446744073709551616",
        "99999999999999999999999999"
      })
  void another_size_is_refused_with_its_limits_BUG_3(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.bytes(escaped))
        .withMessage(
            "'%s' is not a size; write a number of bytes from 1 to 9223372036854775807, digits only"
                .formatted(escaped));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "00"})
  void a_size_of_nothing_is_refused_BUG_59(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.bytes(escaped))
        .withMessageContaining("from 1");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "24,24", "032,32", "128,128"})
  void a_prefix_is_a_plain_number_BUG_42(String escaped, int bits) {
    assertThat(KeyFileValue.prefix(escaped)).isEqualTo(bits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "129", "-5", "+8", "8junk", " 8", "8 ", "4294967296", "4294967320"})
  void another_prefix_is_refused_BUG_42(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.prefix(escaped))
        .withMessage(
            "'%s' is not a prefix; write a number from 0 to 32 for IPv4, 0 to 128 for IPv6"
                .formatted(escaped));
  }

  @Test
  void a_count_is_at_least_one() {
    assertThat(KeyFileValue.count("1")).isEqualTo(1);
    assertThat(KeyFileValue.count("2147483647")).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "+1", "1.5", "2147483648", "4294967297", "two"})
  void another_count_is_refused(String escaped) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyFileValue.count(escaped))
        .withMessage("'%s' is not a count; write a number from 1 to 2147483647".formatted(escaped));
  }

  @Test
  void messages_show_text_in_one_line_of_some_length() {
    assertThat(KeyFileValue.readable("\u00C3\u00A4\u001B[2J\r")).isEqualTo("\u00E4\uFFFD[2J\uFFFD");
    assertThat(KeyFileValue.readable("x".repeat(1_000_000))).isEqualTo("x".repeat(80) + "...");
  }

  @Test
  void a_megabyte_of_digits_is_refused_like_any_other_number() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> KeyFileValue.id("9".repeat(1 << 20)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }
}

package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "010, 10",
    "1K, 1024",
    "1KiB, 1024",
    "2M, 2097152",
    "2MiB, 2097152",
    "2G, 2147483648",
    "3GiB, 3221225472",
    "9223372036854775807, 9223372036854775807",
    "8589934591G, 9223372035781033984"
  })
  void a_size_is_digits_and_a_unit(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " 1", "1 ", "1 K", "+1", "-1", "0x10", "1.5M", "1k", "1KB", "1T", "K", "1Ki", "1iB",
        "\u0661", "1\n"
      })
  void what_is_no_size_is_refused_BUG_3(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessage(
            "size '%s' is no number of bytes; write digits, and K, M or G (powers of 1024) behind"
                + " them, such as 10M",
            text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9223372036854775808", "8589934592G", "99999999999999999999", "9007199254740992K"})
  void what_64_bits_cannot_hold_is_refused_BUG_3(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessage("size '%s' is more than 9223372036854775807 bytes; write less", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "000", "0K", "0GiB"})
  void nothing_is_no_size_BUG_59(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByteSize.parse(text))
        .withMessage("size '%s' is 0; write 1 or more", text);
  }

  @Test
  void the_largest_unit_is_written_that_is_exact() {
    assertThat(ByteSize.format(1023)).isEqualTo("1023");
    assertThat(ByteSize.format(1024)).isEqualTo("1K");
    assertThat(ByteSize.format(1536L << 10)).isEqualTo("1536K");
    assertThat(ByteSize.format(2L << 30)).isEqualTo("2G");
  }
}

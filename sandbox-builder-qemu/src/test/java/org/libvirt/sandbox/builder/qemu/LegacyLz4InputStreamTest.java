package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LegacyLz4InputStreamTest {
  private static final String MAGIC = "02214c18";

  @ParameterizedTest
  @CsvSource({
    // literals only
    "04000000 30616263, abc",
    // a copy of all that was before
    "0b000000 40 61626364 0400 30787978, abcdabcdxyx",
    // a copy that is longer than its distance
    "08000000 14 61 0100 30787978, aaaaaaaaaxyx",
    // a length that goes on: 15 + 3 literals
    "14000000 f003 616263646566676869616263646566676869, abcdefghiabcdefghi",
    // a copy's length that goes on: 15 + 2 + 4
    "09000000 1f 61 0100 02 30787978, aaaaaaaaaaaaaaaaaaaaaaxyx",
    // two blocks
    "02000000 1061 02000000 1062, ab",
  })
  void what_lz4_packed_is_unpacked(String packed, String text) throws IOException {
    assertThat(new String(unpacked(packed), US_ASCII)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // more literals than there are
        "02000000 f0ff",
        // a copy from before the beginning
        "05000000 14 61 0200 00",
        // a copy from nowhere
        "05000000 14 61 0000 00",
        // nothing after a copy's distance begins
        "03000000 14 61 01",
        // no length at all
        "00000000",
        // a length that is none
        "ffffffff",
        "ffffff7f",
      })
  void what_no_lz4_packed_is_refused(String packed) {
    assertThatThrownBy(() -> unpacked(packed)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0400", "04000000 3061"})
  void an_early_end_is_noticed(String packed) {
    assertThatThrownBy(() -> unpacked(packed)).isInstanceOf(EOFException.class);
  }

  @Test
  void other_data_is_refused() {
    byte[] other = {0x04, 0x22, 0x4d, 0x18};

    assertThatThrownBy(() -> new LegacyLz4InputStream(new ByteArrayInputStream(other)))
        .hasMessage("no legacy lz4 data");
  }

  private static byte[] unpacked(String hex) throws IOException {
    byte[] packed = HexFormat.of().parseHex(MAGIC + hex.replace(" ", ""));
    try (var in = new LegacyLz4InputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }
}

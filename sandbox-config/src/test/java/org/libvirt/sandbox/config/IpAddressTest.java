package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "::, ::",
    "::1, ::1",
    "2001:0DB8:0:0::0001, 2001:db8::1",
    "1:0:0:2:0:0:0:3, 1:0:0:2::3",
    "::ffff:1.2.3.4, ::ffff:1.2.3.4",
    "0:0:0:0:0:ffff:102:304, ::ffff:1.2.3.4",
    "::1.2.3.4, ::1.2.3.4",
    "::2:0, ::0.2.0.0",
    "64:ff9b::1.2.3.4, 64:ff9b::102:304"
  })
  void an_address_is_written_as_the_system_writes_it(String text, String canonical) {
    assertThat(IpAddress.format(IpAddress.parse(text))).isEqualTo(canonical);
  }

  @Test
  void an_ipv6_address_that_holds_an_ipv4_one_stays_what_it_is() {
    assertThat(IpAddress.parse("::ffff:1.2.3.4").getAddress()).hasSize(16);
    assertThat(IpAddress.parse("::ffff:1.2.3.4")).isNotEqualTo(IpAddress.parse("1.2.3.4"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.256",
        "1.2.3.4 ",
        "0x1.2.3.4",
        "16909060",
        "localhost",
        "host.example",
        "1::2::3",
        "::1%1",
        "::1%eth0",
        "[::1]",
        "::12345",
        ":1",
        "\u0661.\u0662.\u0663.\u0664",
        "::\uff11",
        "1.2.3.4\n"
      })
  void what_is_no_address_is_refused_and_never_looked_up(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpAddress.parse(text))
        .withMessage("'%s' is no IP address; write one such as 192.0.2.1 or 2001:db8::1", text);
  }
}

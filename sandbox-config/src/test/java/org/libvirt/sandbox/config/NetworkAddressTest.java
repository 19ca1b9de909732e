package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1/24", "192.0.2.1/0, 192.0.2.1/0", "192.0.2.1/032, 192.0.2.1/32",
    "192.0.2.1%192.0.2.255, 192.0.2.1/24%192.0.2.255", "::1, ::1/24", "::1/128, ::1/128",
    "2001:DB8:0::1/64%FE80::FF, 2001:db8::1/64%fe80::ff"
  })
  void an_address_is_written_in_its_canonical_form(String text, String canonical) {
    assertThat(NetworkAddress.parse(text)).hasToString(canonical);
    assertThat(NetworkAddress.parse(canonical)).isEqualTo(NetworkAddress.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/abc", "/-5", "/+8", "/8junk", "/ 8", "/8 ", "/4294967296", "/0x8", "/8/8"})
  void a_prefix_is_a_plain_number_BUG_42(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkAddress.parse("192.0.2.1" + prefix))
        .withMessage(
            "prefix '%s' of '192.0.2.1%s' is no number; write 0 to 32, or to 128 for IPv6",
            prefix.substring(1), prefix);
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.1, 33, 32", "192.0.2.1, 999, 32", "::1, 129, 128", "192.0.2.1, -1, 32"})
  void a_prefix_is_no_longer_than_its_address_BUG_42(String ip, int prefix, int longest)
      throws Exception {
    InetAddress primary = InetAddress.getByName(ip);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkAddress.of(primary, prefix))
        .withMessage(
            "prefix %d of the address %s is out of bounds; write 0 to %d", prefix, ip, longest);
  }

  @Test
  void an_address_with_a_zone_is_refused() throws Exception {
    InetAddress zoned = Inet6Address.getByAddress(null, new byte[16], 1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkAddress.of(zoned, 64))
        .withMessageContaining("has a zone of this host; leave it out");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkAddress.parse("::1").withBroadcast(zoned))
        .withMessageStartingWith("broadcast address");
  }

  @Test
  void an_address_has_a_broadcast_address_only_if_given() throws Exception {
    InetAddress all = InetAddress.getByName("192.0.2.255");
    NetworkAddress address = NetworkAddress.of(InetAddress.getByName("192.0.2.1"), 24);

    assertThat(address.broadcast()).isEmpty();
    assertThat(address.withBroadcast(all).broadcast()).contains(all);
    assertThat(address.withBroadcast(all)).isNotEqualTo(address);
  }

  @Test
  void the_name_of_an_address_does_not_matter() throws Exception {
    InetAddress named = InetAddress.getByAddress("host.example", new byte[] {10, 0, 0, 1});

    assertThat(NetworkAddress.of(named, 24))
        .isEqualTo(NetworkAddress.parse("10.0.0.1"))
        .hasSameHashCodeAs(NetworkAddress.parse("10.0.0.1"))
        .hasToString("10.0.0.1/24");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1/24%", "192.0.2.1%x", "x", "", "/24", "%192.0.2.255"})
  void what_is_no_address_is_refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkAddress.parse(text))
        .withMessageContaining("is no IP address; write one such as");
  }
}

package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The acceptance check 55, of tp-libvirt's tests of virt-sandbox: interfaces that can be had, and
 * what is refused in one line that names it.
 */
abstract class NetworkChecks {
  /** Where they run. */
  abstract CheckedPlace place();

  /** What an option says to be on the network of these checks, with a comma at its end. */
  abstract String source();

  /** The first three numbers of the network's addresses; the gateway is the first or second. */
  abstract String network();

  /** What a network that does not exist is refused with. */
  String refusalOfAbsent() {
    return "'nowhere'";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SOURCEdhcp | inet NET1\\d+/24 .*",
        "SOURCEaddress=NET7/24%NET255" + " | inet NET7/24 brd NET255 .*",
        "SOURCEaddress=2001:db8::7/64 | inet6 2001:db8::7/64 .*",
        "SOURCEmac=52:54:00:55:55:55 | link/ether 52:54:00:55:55:55 .*",
        "SOURCEaddress=NET7,route=0.0.0.0/24%NET1" + " | 0\\.0\\.0\\.0/24 via NET1 .*"
      })
  void check_55_an_interface_is_as_it_was_asked_for(String option, String line) {
    Ran ran =
        place().run("-N", named(option), "--", "/bin/sh", "-c", "ip addr show dev eth0; ip route");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.lines()).anyMatch(shown -> shown.strip().matches(named(line)));
    assertThat(ran.status()).isZero();
  }

  @Test
  void check_55_three_interfaces() {
    Ran ran =
        place()
            .run(
                "-N",
                named("SOURCEdhcp"),
                "-N",
                named("SOURCEaddress=NET8"),
                "-N",
                named("SOURCEmac=52:54:00:55:55:56"),
                "--",
                "/bin/sh",
                "-c",
                "cd /sys/class/net; echo *; ip -4 -o addr show dev eth0 | wc -l;"
                    + " ip -4 -o addr show dev eth1 | wc -l; ip -4 -o addr show dev eth2 | wc -l");

    assertThat(ran).isEqualTo(new Ran(0, "eth0 eth1 eth2 lo\n1\n1\n0\n", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dhcp,dhcp=default | 'dhcp=default'",
        "dhcp,source=nowhere | ABSENT",
        "SOURCEaddress=NET7/24%NET299 | 'NET299'",
        "SOURCEaddress=2001:db8::g/64 | '2001:db8::g'",
        "SOURCEmac=52:54:00:55:55 | '52:54:00:55:55'",
        "SOURCEmac=53:54:00:55:55:55 | '53:54:00:55:55:55'",
        "SOURCEaddress=NET7,route=NET1.1%NET1" + " | 'NET1.1'",
        "SOURCEroute=10.0.0.0/8%NET1 | address",
        "dhcp,SOURCEroute=10.0.0.0/8%NET1 | DHCP",
        "SOURCEaddress=NET7,route=10.0.0.0/8 | '10.0.0.0/8' has no gateway"
      })
  void check_55_what_cannot_be_is_refused(String option, String part) {
    Ran ran = place().run("-N", named(option), "--", "/bin/true");

    assertThat(ran.err()).matches("virt-sandbox: [^\n]+\n").contains(named(part));
    assertThat(ran.out()).isEmpty();
    assertThat(ran.status()).isEqualTo(125);
  }

  private String named(String text) {
    return text.replace("SOURCE", source())
        .replace("NET", network())
        .replace("ABSENT", refusalOfAbsent());
  }
}

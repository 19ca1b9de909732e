package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.sandbox.SandboxNetwork;

/**
 * The acceptance check 55, of tp-libvirt's tests of virt-sandbox: interfaces that can be had, and
 * what is refused in one line that names it.
 */
final class NetworkChecksIT {
  private static final String SERVED =
      """
      <network>
        <name>served</name>
        <bridge name='served0' stp='off'/>
        <ip address='192.168.155.1' prefix='24'>
          <dhcp><range start='192.168.155.100' end='192.168.155.199'/></dhcp>
        </ip>
      </network>
      """;

  @RegisterExtension static final CommandLines COMMAND_LINES = new CommandLines();

  private static SandboxNetwork served;

  @BeforeAll
  static void makeNetwork() {
    served = COMMAND_LINES.connection().createNetwork(SERVED);
  }

  @AfterAll
  static void endNetwork() {
    if (served != null) {
      served.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dhcp,source=served | inet 192\\.168\\.155\\.1\\d\\d/24 .*",
        "source=served,address=192.168.155.7/24%192.168.155.255"
            + " | inet 192\\.168\\.155\\.7/24 brd 192\\.168\\.155\\.255 .*",
        "source=served,address=2001:db8::7/64 | inet6 2001:db8::7/64 .*",
        "source=served,mac=52:54:00:55:55:55 | link/ether 52:54:00:55:55:55 .*",
        "source=served,address=192.168.155.7,route=0.0.0.0/24%192.168.155.1"
            + " | 0\\.0\\.0\\.0/24 via 192\\.168\\.155\\.1 .*"
      })
  void check_55_an_interface_is_as_it_was_asked_for(String option, String line) {
    Ran ran =
        COMMAND_LINES.run("-N", option, "--", "/bin/sh", "-c", "ip addr show dev eth0; ip route");

    assertThat(ran.err()).isEmpty();
    assertThat(ran.lines()).anyMatch(shown -> shown.strip().matches(line));
    assertThat(ran.status()).isZero();
  }

  @Test
  void check_55_three_interfaces() {
    Ran ran =
        COMMAND_LINES.run(
            "-N",
            "dhcp,source=served",
            "-N",
            "source=served,address=192.168.155.8",
            "-N",
            "source=served",
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
        "dhcp,source=nowhere | 'nowhere'",
        "source=served,address=192.168.155.7/24%192.168.155.299 | '192.168.155.299'",
        "source=served,address=2001:db8::g/64 | '2001:db8::g'",
        "source=served,mac=52:54:00:55:55 | '52:54:00:55:55'",
        "source=served,mac=53:54:00:55:55:55 | '53:54:00:55:55:55'",
        "source=served,address=192.168.155.7,route=192.168.155.1.1%192.168.155.1"
            + " | '192.168.155.1.1'",
        "source=served,route=10.0.0.0/8%192.168.155.1 | address",
        "dhcp,source=served,route=10.0.0.0/8%192.168.155.1 | DHCP",
        "source=served,address=192.168.155.7,route=10.0.0.0/8 | '10.0.0.0/8' has no gateway"
      })
  void check_55_what_cannot_be_is_refused(String option, String part) {
    Ran ran = COMMAND_LINES.run("-N", option, "--", "/bin/true");

    assertThat(ran.err()).matches("virt-sandbox: [^\n]+\n").contains(part);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.status()).isEqualTo(125);
  }
}

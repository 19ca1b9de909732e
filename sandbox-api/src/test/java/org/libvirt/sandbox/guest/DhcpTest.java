package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Interfaces that a DHCP server configures. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class DhcpTest {
  private static final int DHCP = 1;

  private static final String ADDRESS = "ip -4 -o addr show dev eth0 | awk '{print $4}'; ";

  private final InitBuild build;

  DhcpTest(InitBuild build) {
    this.build = build;
  }

  private static LaunchRecord shell(String script) {
    return LaunchRecord.shell(script).networkInterface(0, DHCP);
  }

  private Outcome run(String server, LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, server)) {
      return guest.run(record);
    }
  }

  private String failure(String server, LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, server)) {
      return guest.refusalOf(record).text(8);
    }
  }

  @Test
  void the_program_finds_address_route_and_name_servers() throws Exception {
    var record =
        shell("ip -4 -o addr show dev eth0 | tr -s ' ' | cut -d' ' -f3-8; ip route; cat /mnt/r")
            .tmpfs(1 << 20, 0755, "/mnt")
            .nameServers(0644, "/mnt/r", "nameserver 127.0.0.1\n");

    assertThat(run(DhcpServer.dnsmasq(), record).stdout().lines().map(String::strip))
        .containsExactly(
            "inet 192.0.2.50/24 brd 192.0.2.255 scope global",
            "default via 192.0.2.1 dev eth0 proto dhcp metric 100",
            "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.50",
            "nameserver 192.0.2.1",
            "nameserver 192.0.2.2",
            "search inside.test");
  }

  @Test
  void the_server_is_told_the_sandboxs_host_name() throws Exception {
    var record = shell("cut -d' ' -f3,4 /run/leases").text(11, "asking");

    assertThat(run(DhcpServer.dnsmasq(), record).stdout()).isEqualTo("192.0.2.50 asking\n");
  }

  @Test
  void addresses_and_routes_of_the_record_come_on_top() throws Exception {
    var record =
        shell(ADDRESS + "ip route | grep via")
            .address(0, 24, "192.0.2.99")
            .route(0, "203.0.113.0", 24, "192.0.2.7");

    assertThat(run(DhcpServer.dnsmasq(), record).stdout().lines().map(String::strip))
        .containsExactlyInAnyOrder(
            "192.0.2.50/24",
            "192.0.2.99/24",
            "default via 192.0.2.1 dev eth0 proto dhcp metric 100",
            "203.0.113.0/24 via 192.0.2.7 dev eth0 proto static");
  }

  @Test
  void without_a_server_the_start_fails_after_ten_seconds() throws Exception {
    assertThat(failure(DhcpServer.none(), shell("true")))
        .startsWith("no DHCP server has given eth0 an address in 10 s: ");
  }

  @Test
  void the_host_may_hang_up_while_a_server_is_asked() throws Exception {
    try (var guest = Guest.greeted(build, DhcpServer.none())) {
      guest.start(0, shell("true"));
      guest.hangUp();

      assertThat(guest.awaitEnd()).isZero();
    }
  }

  @Test
  void a_hostile_server_gives_an_address_and_nothing_else_happens() throws Exception {
    var record =
        shell(ADDRESS + "cat /mnt/r")
            .tmpfs(1 << 20, 0755, "/mnt")
            .nameServers(0644, "/mnt/r", "nameserver 127.0.0.1\n");

    assertThat(run(DhcpServer.ours(600, "hostile"), record).stdout())
        .isEqualTo("192.0.2.50/24\nnameserver 192.0.2.1\nnameserver 192.0.2.2\n");
  }

  @Test
  void a_lease_is_renewed_in_time_while_the_program_runs() throws Exception {
    var record =
        shell(
            "until [ $(grep -c 'renewal 50' /run/log) -ge 2 ]; do :; done; "
                + ADDRESS
                + "sed '1,/renewal/d' /run/log | grep -c discover");

    assertThat(run(DhcpServer.ours(6, ""), record).stdout()).isEqualTo("192.0.2.50/24\n0\n");
  }

  @Test
  void a_lease_that_is_taken_back_is_followed_by_another() throws Exception {
    var record =
        shell(
            "until ip addr show dev eth0 | grep -q 192.0.2.51; do :; done; "
                + ADDRESS
                + "ip route | grep -c default");

    assertThat(run(DhcpServer.ours(4, "denying"), record).stdout()).isEqualTo("192.0.2.51/24\n1\n");
  }

  @Test
  void the_program_cannot_see_the_client() throws Exception {
    var record = shell("cat /proc/[0-9]*/comm");

    assertThat(run(DhcpServer.dnsmasq(), record).stdout()).doesNotContain("sandbox-dhcp");
  }
}

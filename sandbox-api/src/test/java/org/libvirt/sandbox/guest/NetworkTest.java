package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the supervisor makes of the interfaces in its network namespace. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class NetworkTest {
  /** As libvirt leaves them in a container, with the other ends in the same namespace. */
  private static final String TWO_INTERFACES =
      """
      for n in 0 1; do
        ip link add eth$n type veth peer name far$n
        ip link set far$n up
      done
      """;

  private static final int UP_ONLY = 0;

  private final InitBuild build;

  NetworkTest(InitBuild build) {
    this.build = build;
  }

  private String stdoutOf(LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, TWO_INTERFACES)) {
      return guest.run(record).stdout();
    }
  }

  private Frame refusalOf(LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, TWO_INTERFACES)) {
      return guest.refusalOf(record);
    }
  }

  private String failure(LaunchRecord record) throws Exception {
    return refusalOf(record).text(8);
  }

  @Test
  void loopback_is_up_in_every_sandbox() throws Exception {
    assertThat(stdoutOf(LaunchRecord.shell("ip -o addr show lo | awk '{print $4}'")))
        .isEqualTo("127.0.0.1/8\n::1/128\n");
  }

  @Test
  void an_interface_without_anything_is_up_and_one_that_is_not_named_stays_down() throws Exception {
    var record =
        LaunchRecord.shell("for n in 0 1; do ip -o link show dev eth$n up | wc -l; done")
            .networkInterface(1, UP_ONLY);

    assertThat(stdoutOf(record)).isEqualTo("0\n1\n");
  }

  @Test
  void an_interface_has_its_addresses_of_both_kinds_usable_at_once() throws Exception {
    var record =
        LaunchRecord.shell(
                "ip -o addr show dev eth0 scope global | awk '{$1=\"\"; print}' | tr -s ' '")
            .networkInterface(0, UP_ONLY)
            .address(0, 24, "192.0.2.5", "192.0.2.255")
            .address(0, 25, "198.51.100.7")
            .address(0, 64, "2001:db8::5");

    assertThat(stdoutOf(record).replaceAll("\\\\.*", "").lines().map(String::strip))
        .containsExactlyInAnyOrder(
            "eth0 inet 192.0.2.5/24 brd 192.0.2.255 scope global eth0",
            "eth0 inet 198.51.100.7/25 scope global eth0",
            "eth0 inet6 2001:db8::5/64 scope global nodad");
  }

  /** Or what a program sends would come from an address that a router made up. */
  @Test
  void an_interface_that_has_an_address_takes_none_that_a_router_offers() throws Exception {
    var record =
        LaunchRecord.shell(
                "cat /proc/sys/net/ipv6/conf/eth0/accept_ra /proc/sys/net/ipv6/conf/eth1/accept_ra")
            .networkInterface(0, UP_ONLY)
            .networkInterface(1, UP_ONLY)
            .address(0, 64, "2001:db8::5");

    assertThat(stdoutOf(record)).isEqualTo("0\n1\n");
  }

  @Test
  void the_same_address_twice_is_one() throws Exception {
    var record =
        LaunchRecord.shell(
                "ip -4 -o addr show dev eth0 | wc -l; ip -6 -o addr show dev eth0 scope global | wc -l")
            .networkInterface(0, UP_ONLY)
            .address(0, 24, "192.0.2.5")
            .address(0, 24, "192.0.2.5")
            .address(0, 64, "2001:db8::5")
            .address(0, 64, "2001:db8::5");

    assertThat(stdoutOf(record)).isEqualTo("1\n1\n");
  }

  @Test
  void routes_go_by_gateways_of_their_interface() throws Exception {
    var record =
        LaunchRecord.shell("ip route; ip -6 route | grep via")
            .networkInterface(0, UP_ONLY)
            .networkInterface(1, UP_ONLY)
            .route(0, "0.0.0.0", 0, "192.0.2.1")
            .route(1, "203.0.113.0", 24, "198.51.100.1")
            .route(1, "203.0.113.128", 25, "2001:db8::1")
            .route(1, "::", 0, "2001:db8::1")
            .address(0, 24, "192.0.2.5")
            .address(1, 24, "198.51.100.5")
            .address(1, 64, "2001:db8::5");

    assertThat(stdoutOf(record).lines().map(String::strip))
        .contains(
            "default via 192.0.2.1 dev eth0 proto static",
            "203.0.113.0/24 via 198.51.100.1 dev eth1 proto static",
            "203.0.113.128/25 via inet6 2001:db8::1 dev eth1 proto static",
            "default via 2001:db8::1 dev eth1 proto static metric 1024 pref medium");
  }

  @Test
  void bug_32_what_the_kernel_refuses_is_an_error_that_names_it() throws Exception {
    Frame missing = refusalOf(LaunchRecord.of("true").networkInterface(7, UP_ONLY));

    assertThat(missing.number(0)).isEqualTo(11);
    assertThat(missing.text(8))
        .isEqualTo("cannot set the network interface eth7 up: No such device");
    assertThat(failure(LaunchRecord.of("true").address(7, 24, "192.0.2.5")))
        .isEqualTo("cannot give eth7 the address 192.0.2.5/24: No such device");
    assertThat(
            failure(LaunchRecord.of("true").networkInterface(0, UP_ONLY).address(0, 64, "ff02::1")))
        .startsWith("cannot give eth0 the address ff02::1/64: ");
    assertThat(
            failure(
                LaunchRecord.of("true")
                    .networkInterface(0, UP_ONLY)
                    .address(0, 24, "192.0.2.5")
                    .route(0, "203.0.113.0", 24, "198.51.100.1")))
        .startsWith("cannot make the route 203.0.113.0/24 by 198.51.100.1 on eth0: Network ");
    assertThat(
            failure(
                LaunchRecord.of("true")
                    .networkInterface(0, UP_ONLY)
                    .address(0, 24, "192.0.2.5")
                    .route(0, "203.0.113.9", 24, "192.0.2.1")))
        .isEqualTo("cannot make the route 203.0.113.9/24 by 192.0.2.1 on eth0: Invalid argument");
  }

  @Test
  void the_sandbox_ends_with_the_refusal() throws Exception {
    try (var guest = Guest.greeted(build, TWO_INTERFACES)) {
      guest.start(0, LaunchRecord.of("true").networkInterface(7, UP_ONLY));

      assertThat(guest.last().is(Frame.ERROR, 0)).isTrue();
      assertThat(guest.awaitEnd()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {12, 13, 14})
  void items_of_the_wrong_size_are_refused(int tag) throws Exception {
    for (int size : new int[] {0, 4, 7, 9, 11, 13, 17, 27, 29, 41}) {
      byte[] value = new byte[size];
      assertThat(failure(LaunchRecord.of("true").item(tag, value))).contains(" takes ");
    }
  }

  @Test
  void numbers_out_of_their_bounds_are_refused() throws Exception {
    String address = "ADDRESS takes an interface below 100, a prefix and an address";
    String route = "ROUTE takes an interface below 100, a prefix, a target and a gateway";
    var start = LaunchRecord.of("true");

    assertThat(failure(start.networkInterface(100, UP_ONLY)))
        .isEqualTo("INTERFACE takes a number below 100 and flags");
    assertThat(failure(LaunchRecord.of("true").networkInterface(0, 2)))
        .isEqualTo("INTERFACE takes a number below 100 and flags");
    assertThat(failure(LaunchRecord.of("true").address(100, 24, "192.0.2.5"))).isEqualTo(address);
    assertThat(failure(LaunchRecord.of("true").address(0, 33, "192.0.2.5")))
        .isEqualTo("ADDRESS: the prefix is longer than the address");
    assertThat(failure(LaunchRecord.of("true").address(0, 129, "::5")))
        .isEqualTo("ADDRESS: the prefix is longer than the address");
    assertThat(failure(LaunchRecord.of("true").route(-1, "::", 0, "::1"))).isEqualTo(route);
    assertThat(failure(LaunchRecord.of("true").route(0, "0.0.0.0", 33, "::1")))
        .isEqualTo("ROUTE: the prefix is longer than the target");
    assertThat(failure(LaunchRecord.of("true").route(0, "::", -1, "::1")))
        .isEqualTo("ROUTE: the prefix is longer than the target");
    assertThat(failure(LaunchRecord.of("true").nameServers(01777, "/etc/resolv.conf", "")))
        .isEqualTo("FILE and NAME_SERVERS: the mode is above 0777");
  }

  @Test
  void without_dhcp_the_record_says_what_the_name_servers_are() throws Exception {
    var record =
        LaunchRecord.shell("cat /mnt/resolv.conf; stat -c %a /mnt/resolv.conf")
            .tmpfs(1 << 20, 0755, "/mnt")
            .nameServers(0444, "/mnt/resolv.conf", "nameserver 192.0.2.1\n");

    assertThat(stdoutOf(record)).isEqualTo("nameserver 192.0.2.1\n444\n");
  }
}

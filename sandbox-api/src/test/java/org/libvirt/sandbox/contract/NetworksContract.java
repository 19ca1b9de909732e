package org.libvirt.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.libvirt.sandbox.contract.Peers.client;
import static org.libvirt.sandbox.contract.Peers.script;
import static org.libvirt.sandbox.contract.Peers.server;

import java.io.IOException;
import java.net.NetworkInterface;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxNetwork;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;

/** Sandboxes on networks of a daemon that has a network namespace of its own. */
@Timeout(300)
@TestInstance(Lifecycle.PER_CLASS)
public abstract class NetworksContract {
  private final SandboxDaemon daemon;

  protected NetworksContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  private SandboxNetwork inside;

  @BeforeAll
  void makeNetwork() {
    inside = daemon.connection().createNetwork(Peers.NETWORK.formatted("inside", "inside0"));
  }

  @AfterAll
  void endNetwork() {
    inside.close();
    inside.close();
  }

  @Test
  void a_sandbox_has_its_addresses_routes_and_mac_when_its_program_starts() throws Exception {
    Outcome outcome =
        daemon.run(
            script(
                "ip -o link show dev eth0 up | grep -o 'ether [^ ]*';"
                    + " ip -o addr show dev eth0 scope global | awk '{print $3, $4, $5, $6}';"
                    + " ip route | sed 's/ *$//'; ip -6 route show default | cut -d' ' -f1-5",
                "source=inside,mac=52:54:00:ab:cd:ef,address=192.168.150.7/24%192.168.150.255,"
                    + "address=fd00:150::7/64,route=0.0.0.0/0%192.168.150.1,"
                    + "route=10.9.0.0/16%192.168.150.9,route=::/0%fd00:150::1"));

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines())
        .containsExactly(
            "ether 52:54:00:ab:cd:ef",
            "inet 192.168.150.7/24 brd 192.168.150.255",
            "inet6 fd00:150::7/64 scope global",
            "default via 192.168.150.1 dev eth0 proto static",
            "10.9.0.0/16 via 192.168.150.9 dev eth0 proto static",
            "192.168.150.0/24 dev eth0 proto kernel scope link src 192.168.150.7",
            "default via fd00:150::1 dev eth0");
  }

  @Test
  void interfaces_are_eth0_and_on_in_the_order_of_the_config() throws Exception {
    InteractiveConfig config =
        script(
                "for n in 0 1 2; do ip -o link show dev eth$n up | grep -o 'ether [^ ]*';"
                    + " ip -4 -o addr show dev eth$n | awk '{print $4}'; done",
                "source=inside,mac=52:54:00:00:00:0c,address=192.168.150.20")
            .toBuilder()
            .network(Network.parse("source=inside,mac=52:54:00:00:00:0b"))
            .network(Network.parse("source=inside,mac=52:54:00:00:00:0a,address=10.0.0.1/8"))
            .build();

    assertThat(daemon.run(config).lines())
        .containsExactly(
            "ether 52:54:00:00:00:0c",
            "192.168.150.20/24",
            "ether 52:54:00:00:00:0b",
            "ether 52:54:00:00:00:0a",
            "10.0.0.1/8");
  }

  @Test
  void two_sandboxes_reach_each_other_by_ipv4_and_ipv6() throws Exception {
    start(server(7000), "source=inside,address=192.168.150.30,address=fd00:150::30/64");

    Outcome outcome =
        daemon.run(
            script(
                client("192.168.150.30", 7000) + client("fd00:150::30", 7000),
                "source=inside,address=192.168.150.31,address=fd00:150::31/64"));

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout()).isEqualTo("from 192.168.150.31\nfrom fd00:150::31\n");
  }

  @LongOnMachines("four boots; a filter is libvirt's and knows an interface of the host only")
  @Test
  void a_filter_keeps_what_it_drops_from_the_sandbox() throws Exception {
    Peers.defineFilter(
        daemon.libvirt(),
        """
        <filter name='no-port' chain='ipv4'>
          <rule action='drop' direction='out'>
            <ip protocol='tcp' dstportstart='$PORT'/>
          </rule>
        </filter>
        """);
    start(server(7001), "source=inside,address=192.168.150.40");
    String open = "source=inside,address=192.168.150.41";

    assertThat(daemon.run(script(client("192.168.150.40", 7001), open)).stdout())
        .isEqualTo("from 192.168.150.41\n");
    assertThat(
            daemon
                .run(
                    script(
                        client("192.168.150.40", 7001), open + ",filter=no-port,filter.port=7001"))
                .stdout())
        .isEmpty();
    assertThat(
            daemon
                .run(
                    script(
                        client("192.168.150.40", 7001), open + ",filter=no-port,filter.port=7002"))
                .stdout())
        .isEqualTo("from 192.168.150.41\n");
  }

  @Test
  void names_resolve_between_sandboxes_with_dhcp() throws Exception {
    try (SandboxNetwork served =
        daemon
            .connection()
            .createNetwork(
                """
                <network>
                  <name>served</name>
                  <bridge name='served0' stp='off'/>
                  <domain name='inside.test' localOnly='yes'/>
                  <ip address='192.168.151.1' prefix='24'>
                    <dhcp><range start='192.168.151.50' end='192.168.151.99'/></dhcp>
                  </ip>
                </network>
                """)) {
      InteractiveConfig server =
          script(server(7003), "dhcp,source=" + served.name()).toBuilder()
              .hostName("server")
              .build();
      start(server);

      Outcome outcome =
          daemon.run(
              script(
                  client("server", 7003)
                      + client("server.inside.test", 7003)
                      + "cat /etc/resolv.conf",
                  "dhcp,source=served"));

      assertThat(outcome.stderr()).isEmpty();
      assertThat(outcome.lines()).hasSize(4);
      assertThat(outcome.lines().subList(0, 2))
          .allMatch(line -> line.matches("from 192\\.168\\.151\\.[5-9][0-9]"));
      assertThat(outcome.lines().subList(2, 4))
          .containsExactly("nameserver 192.168.151.1", "search inside.test");
    }
  }

  @LongOnMachines("a wait of 10 s in the code that containers have")
  @Test
  void without_a_dhcp_server_the_start_says_so() {
    assertThatThrownBy(() -> daemon.start(script("true", "dhcp,source=inside")))
        .isInstanceOf(ProgramNotStartedException.class)
        .hasMessageContaining("no DHCP server has given eth0 an address in 10 s");
  }

  @Test
  void nothing_of_the_host_is_reached() throws Exception {
    try (var listener = new java.net.ServerSocket(0)) {
      Outcome outcome =
          daemon.run(
              script(
                  client("192.168.150.1", listener.getLocalPort()),
                  "source=inside,address=192.168.150.50,route=0.0.0.0/0%192.168.150.1"));

      assertThat(outcome.stdout()).isEmpty();
    }
    assertThat(NetworkInterface.getByName("inside0")).isNull();
  }

  @LongOnMachines("set by the code that containers have")
  @Test
  void bug_32_a_route_that_the_kernel_refuses_ends_the_start() {
    InteractiveConfig config =
        script("true", "source=inside,address=192.168.150.60,route=10.0.0.0/8%172.16.0.1");

    assertThatThrownBy(() -> daemon.start(config))
        .isInstanceOf(ProgramNotStartedException.class)
        .hasMessageContaining("cannot make the route 10.0.0.0/8 by 172.16.0.1 on eth0: Network");
  }

  @Test
  void a_network_that_is_not_there_is_named() {
    assertThatThrownBy(() -> daemon.start(script("true", "source=nowhere")))
        .isInstanceOf(LibvirtRefusedException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void what_is_no_network_is_refused_in_libvirts_words() {
    assertThatThrownBy(() -> daemon.connection().createNetwork("<network/>"))
        .isInstanceOf(LibvirtRefusedException.class)
        .hasMessageStartingWith("libvirt cannot start the network: ");
  }

  @Test
  void a_network_and_all_of_it_is_gone_with_its_daemon() throws Exception {
    List<String> before = interfaces();
    ProcessHandle dnsmasq;
    try (var libvirt = daemon.another();
        var connection = SandboxConnection.open(daemon.uriAt(libvirt))) {
      SandboxNetwork network =
          connection.createNetwork(Peers.NETWORK.formatted("forgotten", "forgotten0"));
      assertThat(network.name()).isEqualTo("forgotten");
      dnsmasq = Traces.of(libvirt).process("/dnsmasq/forgotten.conf");
    }

    assertThat(dnsmasq.isAlive()).isFalse();
    assertThat(interfaces()).isEqualTo(before);
  }

  private static List<String> interfaces() throws IOException {
    return NetworkInterface.networkInterfaces().map(NetworkInterface::getName).sorted().toList();
  }

  /** Starts a program and waits for its first line. */
  private void start(String script, String network) throws IOException {
    start(script(script, network));
  }

  private void start(InteractiveConfig config) throws IOException {
    Peers.awaitReady(daemon.start(config));
  }
}

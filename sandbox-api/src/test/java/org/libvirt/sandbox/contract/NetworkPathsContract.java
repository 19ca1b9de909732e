package org.libvirt.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.libvirt.sandbox.contract.Peers.client;
import static org.libvirt.sandbox.contract.Peers.script;
import static org.libvirt.sandbox.contract.Peers.server;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.libvirt.sandbox.SandboxNetwork;

/** Which way what a sandbox sends takes, and what a filter lets pass of it. */
@Timeout(300)
@TestInstance(Lifecycle.PER_CLASS)
public abstract class NetworkPathsContract {
  private final SandboxDaemon daemon;

  protected NetworkPathsContract(SandboxDaemon daemon) {
    this.daemon = daemon;
  }

  /** What libvirt's own filter no-ip-spoofing does, which an embedded daemon does not have. */
  private static final String OWN_ADDRESS_ONLY =
      """
      <filter name='own-address-only' chain='ipv4'>
        <rule action='return' direction='out'><ip srcipaddr='$IP'/></rule>
        <rule action='drop' direction='out'><ip/></rule>
      </filter>
      """;

  private SandboxNetwork network;

  @BeforeAll
  void makeNetwork() throws Exception {
    network = daemon.connection().createNetwork(Peers.NETWORK.formatted("paths", "paths0"));
    Peers.defineFilter(daemon.libvirt(), OWN_ADDRESS_ONLY);
  }

  @AfterAll
  void endNetwork() {
    network.close();
  }

  @LongOnMachines("three boots each; the routes are set by the code that containers have")
  @ParameterizedTest
  @CsvSource({
    "10.9.0.1/16, 192.168.150.30, 192.168.150.31, 10.9.0.0/16, 10.9.0.1",
    "fd00:9::1/64, fd00:150::30/64, fd00:150::31/64, fd00:9::/64, fd00:9::1"
  })
  void a_route_leads_by_its_gateway_to_what_is_not_on_the_network(
      String far, String gateway, String near, String route, String server) throws Exception {
    Peers.awaitReady(
        daemon.start(script(server(7010), "source=paths,address=" + gateway + ",address=" + far)));
    String call = client(server, 7010);
    String here = "source=paths,address=" + near;
    String way = ",route=" + route + "%" + gateway.replace("/64", "");

    Outcome without = daemon.run(script(call, here));
    Outcome with = daemon.run(script(call, here + way));

    assertThat(without.stderr()).contains("no: ");
    assertThat(with.stderr()).isEmpty();
    assertThat(with.stdout()).isEqualTo("from " + near.replace("/64", "") + "\n");
  }

  @LongOnMachines("three boots; a filter is libvirt's and knows an interface of the host only")
  @Test
  void a_filter_drops_what_is_sent_under_another_address() throws Exception {
    Peers.awaitReady(daemon.start(script(server(7011), "source=paths,address=192.168.150.40")));
    String call = client("192.168.150.40", 7011);
    String filter = ",filter=own-address-only,filter.ip=192.168.150.41";

    Outcome own = daemon.run(script(call, "source=paths,address=192.168.150.41" + filter));
    Outcome another = daemon.run(script(call, "source=paths,address=192.168.150.42" + filter));

    assertThat(own.stderr()).isEmpty();
    assertThat(own.stdout()).isEqualTo("from 192.168.150.41\n");
    assertThat(another.stdout()).isEmpty();
    assertThat(another.stderr()).contains("no: ");
  }
}

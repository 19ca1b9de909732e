package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.libvirt.sandbox.contract.Peers.client;
import static org.libvirt.sandbox.contract.Peers.script;
import static org.libvirt.sandbox.contract.Peers.server;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxNetwork;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.HostNetworks;
import org.libvirt.sandbox.contract.Outcome;
import org.libvirt.sandbox.contract.Peers;
import org.libvirt.sandbox.contract.Traces;

/** What sandboxes on a network, with names and filters, leave on the host: nothing. */
@Timeout(180)
final class NetworkTracesIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String NETWORK =
      """
      <network>
        <name>traced</name>
        <bridge name='traced0' stp='off'/>
        <domain name='traced.test' localOnly='yes'/>
        <ip address='192.168.152.1' prefix='24'>
          <dhcp><range start='192.168.152.50' end='192.168.152.99'/></dhcp>
        </ip>
      </network>
      """;

  private static final String FILTER =
      """
      <filter name='traced-filter'>
        <rule action='drop' direction='out'><tcp dstportstart='9'/></rule>
        <rule action='drop' direction='out'><mac match='no' srcmacaddr='$MAC'/></rule>
      </filter>
      """;

  @Test
  void nothing_is_on_the_host_while_they_run_or_when_they_were_closed() throws Exception {
    HostNetworks before = HostNetworks.now();
    Set<String> namespaces;
    Traces traces;
    try (var libvirt = EmbeddedLibvirt.startWithPrivateNetwork();
        var connection = SandboxConnection.open(libvirt.uri("lxc"));
        SandboxNetwork network = connection.createNetwork(NETWORK);
        InteractiveContext server = serve(libvirt, connection)) {
      traces = Traces.of(libvirt);
      assertThat(call(connection)).matches("from 192\\.168\\.152\\.[5-9]\\d\n");
      namespaces = traces.networkNamespaces();

      assertThat(network.name()).isEqualTo("traced");
      assertThat(server.console().exited()).isNotDone();
      assertThat(traces.processes()).anyMatch(line -> line.contains("/dnsmasq/traced.conf"));
      assertThat(HostNetworks.now()).isEqualTo(before);
    }

    assertThat(traces.processes()).isEmpty();
    // the daemon's own and the server's
    assertThat(namespaces).hasSize(2).doesNotContainAnyElementsOf(HostNetworks.namespaces());
    assertThat(HostNetworks.now()).isEqualTo(before);
  }

  @Test
  void nothing_is_left_when_their_daemon_was_killed() throws Exception {
    HostNetworks before = HostNetworks.now();
    try (var libvirt = EmbeddedLibvirt.startWithPrivateNetwork();
        var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      Traces traces = Traces.of(libvirt);
      connection.createNetwork(NETWORK);
      serve(libvirt, connection);
      Set<String> namespaces = traces.networkNamespaces();
      assertThat(namespaces).hasSize(2);

      launcher(libvirt).destroyForcibly();

      await().atMost(SOON).untilAsserted(() -> assertThat(traces.processes()).isEmpty());
      assertThat(namespaces).doesNotContainAnyElementsOf(HostNetworks.namespaces());
    }
    assertThat(HostNetworks.now()).isEqualTo(before);
  }

  private static InteractiveContext serve(EmbeddedLibvirt libvirt, SandboxConnection connection)
      throws Exception {
    Peers.defineFilter(libvirt, FILTER);
    InteractiveConfig config =
        script(server(7020), "dhcp,source=traced,filter=traced-filter").toBuilder()
            .hostName("server")
            .build();
    InteractiveContext server = InteractiveContext.start(connection, config);
    Peers.awaitReady(server);
    return server;
  }

  private static String call(SandboxConnection connection) throws Exception {
    InteractiveConfig config =
        script(client("server", 7020), "dhcp,source=traced,filter=traced-filter");
    try (var sandbox = InteractiveContext.start(connection, config)) {
      return Outcome.of(sandbox.console()).stdout();
    }
  }

  /** The process that this one has started for a daemon. */
  private static ProcessHandle launcher(EmbeddedLibvirt libvirt) {
    String directory = libvirt.socket().getParent().toString();
    return ProcessHandle.current()
        .children()
        .filter(process -> process.info().commandLine().orElse("").contains(directory))
        .findFirst()
        .orElseThrow();
  }
}

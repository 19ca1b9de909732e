package org.libvirt.sandbox.examples.tutorial;

import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.context.ProgramResult;
import org.libvirt.sandbox.context.ProgramRun;
import org.libvirt.sandbox.context.SandboxProcess;

/**
 * Two sandboxes that talk to each other, and can reach nothing else. Needs dnsmasq and iptables.
 */
public final class Talk {
  /** Its names are served by dnsmasq; without stp='off' a bridge is deaf for four seconds. */
  private static final String NETWORK =
      """
      <network>
        <name>inside</name>
        <bridge stp='off'/>
        <ip address='192.168.150.1' prefix='24'>
          <dhcp><range start='192.168.150.50' end='192.168.150.99'/></dhcp>
        </ip>
      </network>
      """;

  private static final String SERVER =
      """
      use IO::Socket::INET;
      $| = 1;
      my $server = IO::Socket::INET->new(LocalPort => 7000, Listen => 1) or die "no server: $@";
      print "ready\\n";
      while (my $caller = $server->accept) { print $caller "Hello from the other sandbox\\n" }
      """;

  private static final String CLIENT =
      """
      use IO::Socket::INET;
      my $server = IO::Socket::INET->new(PeerAddr => "server:7000") or die "no answer: $@";
      print <$server>;
      """;

  private Talk() {}

  /**
   * Prints what one sandbox says to the other.
   *
   * @param arguments none
   * @throws Exception if there can be no sandbox, or it does not start to serve
   */
  public static void main(String[] arguments) throws Exception {
    try (var libvirt = EmbeddedLibvirt.startWithPrivateNetwork();
        var connection = SandboxConnection.open(libvirt.uri("lxc"));
        var network = connection.createNetwork(NETWORK);
        var server = SandboxProcess.start(connection, perl("server", SERVER, network.name()))) {
      String ready = server.inputReader().readLine();
      if (ready == null) {
        throw new IllegalStateException(server.errorReader().readLine());
      }

      ProgramResult client =
          ProgramRun.of(connection, perl("client", CLIENT, network.name())).run();
      System.out.print(client.stdoutText());
      System.err.print(client.stderrText());
    }
  }

  private static InteractiveConfig perl(String hostName, String program, String network) {
    return InteractiveConfig.builder()
        .command("perl", "-e", program)
        .hostName(hostName)
        .network(Network.builder().dhcp(true).source(network).build())
        .build();
  }
}

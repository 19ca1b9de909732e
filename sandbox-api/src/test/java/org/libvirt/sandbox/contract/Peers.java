package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.context.InteractiveContext;

/** Two programs that talk over TCP, and what lies between them. */
public final class Peers {
  /** A network that two sandboxes with static addresses share. */
  public static final String NETWORK =
      """
      <network>
        <name>%s</name>
        <bridge name='%s' stp='off'/>
        <ip address='192.168.150.1' prefix='24'/>
        <ip family='ipv6' address='fd00:150::1' prefix='64'/>
      </network>
      """;

  private Peers() {}

  /** Says "ready", then tells each caller its address. */
  public static String server(int port) {
    return """
    perl -MIO::Socket::IP -e '
      $| = 1;
      $s = IO::Socket::IP->new(LocalHost => "::", LocalPort => %d, V6Only => 0, Listen => 5)
        or die "cannot listen: $@";
      print "ready\\n";
      while ($c = $s->accept) { print $c "from ", $c->peerhost =~ s/^::ffff://r, "\\n"; close $c }'
    """
        .formatted(port);
  }

  /** Prints what a server tells; or why there is nothing, on stderr. */
  public static String client(String address, int port) {
    return """
    perl -MIO::Socket::IP -e '
      $s = IO::Socket::IP->new(PeerHost => "%s", PeerPort => %d, Timeout => 3) or die "no: $@";
      print <$s>'
    """
        .formatted(address, port);
  }

  public static InteractiveConfig script(String text, String network) {
    return SandboxDaemon.script(text).network(Network.parse(network)).build();
  }

  /** Waits for the first line of a server. */
  public static void awaitReady(InteractiveContext server) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(server.console().stdout(), UTF_8));
    assertThat(lines.readLine()).isEqualTo("ready");
  }

  /** It is not libvirt-sandbox's to define filters: a user does so by libvirt itself. */
  public static void defineFilter(EmbeddedLibvirt libvirt, String xml) throws LibvirtException {
    var connect = new Connect(libvirt.uri("lxc"));
    try {
      connect.networkFilterDefineXML(xml).free();
    } finally {
      connect.close();
    }
  }
}

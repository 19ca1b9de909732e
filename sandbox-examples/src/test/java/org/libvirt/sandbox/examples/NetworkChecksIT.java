package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.SandboxNetwork;

/** The check 55 in containers, on a network of libvirt's. */
final class NetworkChecksIT extends NetworkChecks {
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

  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inContainers();

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

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }

  @Override
  String source() {
    return "source=served,";
  }

  @Override
  String network() {
    return "192.168.155.";
  }
}

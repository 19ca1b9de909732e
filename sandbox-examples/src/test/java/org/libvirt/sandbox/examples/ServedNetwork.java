package org.libvirt.sandbox.examples;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.libvirt.sandbox.SandboxNetwork;

/**
 * A network of libvirt's, {@code served}, with a DHCP server, on the daemon of a class's command
 * lines, which is up before it.
 */
final class ServedNetwork implements BeforeAllCallback, AfterAllCallback {
  /** What an option says to be on it, with a comma at its end. */
  static final String SOURCE = "source=served,";

  /** The first three numbers of its addresses; that of the host ends in 1. */
  static final String ADDRESSES = "192.168.155.";

  private static final String XML =
      """
      <network>
        <name>served</name>
        <bridge name='served0' stp='off'/>
        <ip address='192.168.155.1' prefix='24'>
          <dhcp><range start='192.168.155.100' end='192.168.155.199'/></dhcp>
        </ip>
      </network>
      """;

  private final CommandLines commandLines;
  private @Nullable SandboxNetwork network;

  ServedNetwork(CommandLines commandLines) {
    this.commandLines = commandLines;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    network = commandLines.connection().createNetwork(XML);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (network != null) {
      network.close();
    }
  }
}

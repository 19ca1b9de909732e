package org.libvirt.sandbox;

import java.util.UUID;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.Network;

/**
 * A running libvirt network, which sandboxes join by its name. It ends when it is closed or its
 * daemon ends, whichever is first; the sandboxes on it run on without it.
 *
 * <p>Safe for use by many threads.
 */
public final class SandboxNetwork implements AutoCloseable {
  private final SandboxConnection connection;
  private final Identity identity;

  SandboxNetwork(SandboxConnection connection, Identity identity) {
    this.connection = connection;
    this.identity = identity;
  }

  /** What libvirt tells of a network that was made. */
  record Identity(String name, UUID uuid) {}

  static Identity create(Connect connect, String xml) throws LibvirtException {
    Network network = connect.networkCreateXML(xml);
    try {
      return new Identity(network.getName(), UUID.fromString(network.getUUIDString()));
    } finally {
      network.free();
    }
  }

  static UUID destroy(Connect connect, UUID uuid) throws LibvirtException {
    Network network = connect.networkLookupByUUIDString(uuid.toString());
    try {
      network.destroy();
    } finally {
      network.free();
    }
    return uuid;
  }

  /**
   * The name by which a config's network says where it is: its {@code source}.
   *
   * @return the same as in the network's XML
   */
  public String name() {
    return identity.name();
  }

  /**
   * Ends the network. Closing again does nothing.
   *
   * @throws LibvirtRefusedException if libvirt refuses
   */
  @Override
  public void close() {
    connection.destroyNetwork(identity.uuid());
  }
}

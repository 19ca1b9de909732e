package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.NetworksContract;

final class NetworksIT extends NetworksContract {
  @RegisterExtension static final Daemon DAEMON = Daemon.withPrivateNetwork();

  NetworksIT() {
    super(DAEMON);
  }
}

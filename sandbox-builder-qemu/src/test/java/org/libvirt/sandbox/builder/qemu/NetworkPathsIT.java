package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.NetworkPathsContract;

final class NetworkPathsIT extends NetworkPathsContract {
  @RegisterExtension static final Daemon DAEMON = Daemon.withPrivateNetwork();

  NetworkPathsIT() {
    super(DAEMON);
  }
}

package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.contract.ExitStatusContract;

final class ExitStatusIT extends ExitStatusContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  ExitStatusIT() {
    super(DAEMON, ChannelKind.UNIX_SOCKET);
  }
}

package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.contract.EndingContract;

final class EndingIT extends EndingContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  EndingIT() {
    super(DAEMON, ChannelKind.UNIX_SOCKET);
  }
}

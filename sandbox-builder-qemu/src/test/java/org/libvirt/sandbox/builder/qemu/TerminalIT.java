package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.contract.TerminalContract;

final class TerminalIT extends TerminalContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  TerminalIT() {
    super(DAEMON, ChannelKind.UNIX_SOCKET);
  }
}

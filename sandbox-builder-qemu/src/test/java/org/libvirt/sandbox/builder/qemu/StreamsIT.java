package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.contract.StreamsContract;

final class StreamsIT extends StreamsContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  StreamsIT() {
    super(DAEMON, ChannelKind.UNIX_SOCKET);
  }
}

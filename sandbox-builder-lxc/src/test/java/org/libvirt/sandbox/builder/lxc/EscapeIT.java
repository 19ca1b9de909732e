package org.libvirt.sandbox.builder.lxc;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.EscapeContract;

final class EscapeIT extends EscapeContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  EscapeIT() {
    super(DAEMON);
  }
}

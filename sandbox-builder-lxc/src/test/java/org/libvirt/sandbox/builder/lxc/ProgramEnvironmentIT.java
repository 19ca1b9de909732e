package org.libvirt.sandbox.builder.lxc;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.ProgramEnvironmentContract;

final class ProgramEnvironmentIT extends ProgramEnvironmentContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  ProgramEnvironmentIT() {
    super(DAEMON);
  }
}

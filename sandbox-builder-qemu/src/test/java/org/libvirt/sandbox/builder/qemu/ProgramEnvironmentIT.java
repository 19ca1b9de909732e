package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.ProgramEnvironmentContract;

final class ProgramEnvironmentIT extends ProgramEnvironmentContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  ProgramEnvironmentIT() {
    super(DAEMON);
  }
}

package org.libvirt.sandbox.builder.lxc;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.HiddenSupervisorContract;

final class HiddenSupervisorIT extends HiddenSupervisorContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  HiddenSupervisorIT() {
    super(DAEMON);
  }
}

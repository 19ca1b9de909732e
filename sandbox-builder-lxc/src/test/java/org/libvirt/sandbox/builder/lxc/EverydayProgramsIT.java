package org.libvirt.sandbox.builder.lxc;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.EverydayProgramsContract;

final class EverydayProgramsIT extends EverydayProgramsContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  EverydayProgramsIT() {
    super(DAEMON);
  }
}

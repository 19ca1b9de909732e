package org.libvirt.sandbox.builder.lxc;

import java.util.UUID;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.ProgramRunContract;

final class ProgramRunIT extends ProgramRunContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  ProgramRunIT() {
    super(DAEMON);
  }

  @Override
  protected boolean sleeps(UUID uuid) {
    return DAEMON.traces().sandboxProcesses().stream()
        .anyMatch(process -> process.strip().equals("sleep 1000"));
  }
}

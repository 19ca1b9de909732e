package org.libvirt.sandbox.builder.qemu;

import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.ProcessEndContract;

final class SandboxProcessEndIT extends ProcessEndContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  SandboxProcessEndIT() {
    super(DAEMON);
  }

  @Override
  protected void stopSupervisor(InteractiveContext sandbox) throws Exception {
    ProcessHandle machine = Machines.process(sandbox);
    HostTree.command(List.of("kill", "-STOP", Long.toString(machine.pid())));
  }
}

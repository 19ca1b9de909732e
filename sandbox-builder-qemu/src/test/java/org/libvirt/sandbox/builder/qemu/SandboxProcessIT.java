package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.SandboxProcess;
import org.libvirt.sandbox.contract.ProcessContract;

final class SandboxProcessIT extends ProcessContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @Override
  protected Process start(String... command) {
    var config = InteractiveConfig.builder().command(command).build();
    return SandboxProcess.start(DAEMON.connection(), config);
  }
}

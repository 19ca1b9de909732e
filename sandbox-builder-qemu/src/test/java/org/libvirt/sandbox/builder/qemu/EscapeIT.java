package org.libvirt.sandbox.builder.qemu;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.contract.EscapeContract;
import org.libvirt.sandbox.contract.LongOnMachines;

@LongOnMachines("the same guest refuses the same in containers")
final class EscapeIT extends EscapeContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  EscapeIT() {
    super(DAEMON);
  }
}

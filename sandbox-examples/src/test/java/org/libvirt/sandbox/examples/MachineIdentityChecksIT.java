package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The check 54 in virtual machines of {@code qemu:///system}. */
final class MachineIdentityChecksIT extends IdentityChecks {
  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inMachines();

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }
}

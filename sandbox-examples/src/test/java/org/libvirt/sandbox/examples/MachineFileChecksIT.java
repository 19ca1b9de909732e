package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The checks 52 and 53 in virtual machines of {@code qemu:///system}. */
final class MachineFileChecksIT extends FileChecks {
  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inMachines();

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }
}

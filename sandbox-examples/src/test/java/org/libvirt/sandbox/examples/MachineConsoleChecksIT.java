package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The checks 51, 57 and 58 in virtual machines of {@code qemu:///system}. */
final class MachineConsoleChecksIT extends ConsoleChecks {
  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inMachines();

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }
}

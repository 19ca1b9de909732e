package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The check 55 in virtual machines of {@code qemu:///system}, on a network of libvirt's. */
@Tag("long") // a machine for each of many checks
final class MachineNetworkChecksIT extends NetworkChecks {
  @Order(1)
  @RegisterExtension
  static final CommandLines COMMAND_LINES = CommandLines.inMachines();

  @Order(2)
  @RegisterExtension
  static final ServedNetwork SERVED = new ServedNetwork(COMMAND_LINES);

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }

  @Override
  String source() {
    return ServedNetwork.SOURCE;
  }

  @Override
  String network() {
    return ServedNetwork.ADDRESSES;
  }
}

package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The check 55 on {@code qemu:///session}, for a user without root. */
@Tag("long") // a machine for each of many checks
final class SessionNetworkChecksIT extends NetworkChecks {
  @RegisterExtension static final UserWithoutRoot USER = UserWithoutRoot.onSession();

  @Override
  CheckedPlace place() {
    return USER;
  }

  /** QEMU's own network. */
  @Override
  String source() {
    return "";
  }

  @Override
  String network() {
    return "10.0.2.";
  }

  /** Which do exist, does not matter. */
  @Override
  String refusalOfAbsent() {
    return "networks need root";
  }
}

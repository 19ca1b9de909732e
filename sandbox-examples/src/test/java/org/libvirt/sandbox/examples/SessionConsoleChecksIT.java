package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The checks 51, 57 and 58 on {@code qemu:///session}, for a user without root. */
@Tag("long") // a machine for each of many checks
final class SessionConsoleChecksIT extends ConsoleChecks {
  @RegisterExtension static final UserWithoutRoot USER = UserWithoutRoot.onSession();

  @Override
  CheckedPlace place() {
    return USER;
  }
}

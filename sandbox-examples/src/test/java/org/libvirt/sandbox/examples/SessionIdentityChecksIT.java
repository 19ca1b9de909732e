package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The check 54 on {@code qemu:///session}, for a user without root. */
final class SessionIdentityChecksIT extends IdentityChecks {
  @RegisterExtension static final UserWithoutRoot USER = UserWithoutRoot.onSession();

  @Override
  CheckedPlace place() {
    return USER;
  }
}

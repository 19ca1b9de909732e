package org.libvirt.sandbox.examples;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The checks 52 and 53 in containers. */
final class FileChecksIT extends FileChecks {
  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inContainers();

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }
}

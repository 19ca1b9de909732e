package org.libvirt.sandbox.examples;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.libvirt.sandbox.config.Identity;

/** Where the acceptance checks run their command lines: a connection, and who uses it. */
interface CheckedPlace extends BeforeAllCallback, AfterAllCallback {
  /** Runs what stands behind {@code virt-sandbox}, to its end. */
  Ran run(byte[] input, String... arguments);

  /** Runs what stands behind {@code virt-sandbox}, with empty input. */
  default Ran run(String... arguments) {
    return run(new byte[0], arguments);
  }

  /** Who runs them. */
  Identity caller();

  /** Makes a file, a device or a directory and all below it that user's own. */
  void give(Path path);
}

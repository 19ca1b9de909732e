package org.libvirt.sandbox.contract;

import java.io.IOException;

/** The JDK's own processes, which those of sandboxes are like. */
final class HostProcessTest extends ProcessContract {
  @Override
  protected Process start(String... command) throws IOException {
    return new ProcessBuilder(command).start();
  }
}

package org.libvirt.sandbox.builder.qemu;

import java.util.UUID;
import java.util.stream.Stream;
import org.libvirt.sandbox.context.InteractiveContext;

/** The processes of this host that are virtual machines. */
final class Machines {
  private Machines() {}

  /** Those of a sandbox: one while it runs. */
  static Stream<ProcessHandle> of(UUID uuid) {
    return ProcessHandle.allProcesses()
        .filter(
            process -> process.info().commandLine().orElse("").contains(" -uuid " + uuid + " "));
  }

  static ProcessHandle process(InteractiveContext sandbox) {
    return of(sandbox.uuid()).findFirst().orElseThrow();
  }
}

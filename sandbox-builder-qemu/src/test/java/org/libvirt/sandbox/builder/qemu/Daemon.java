package org.libvirt.sandbox.builder.qemu;

import java.util.function.Supplier;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.contract.Backend;
import org.libvirt.sandbox.contract.SandboxDaemon;

/** An embedded daemon for virtual machines. */
final class Daemon extends SandboxDaemon {
  Daemon() {
    this(() -> EmbeddedLibvirt.startFor("qemu"));
  }

  private Daemon(Supplier<EmbeddedLibvirt> beginning) {
    super(Backend.QEMU, beginning);
  }

  static Daemon withPrivateNetwork() {
    return new Daemon(EmbeddedLibvirt::startWithPrivateNetwork);
  }
}

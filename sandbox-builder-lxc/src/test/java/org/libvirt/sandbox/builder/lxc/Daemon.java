package org.libvirt.sandbox.builder.lxc;

import java.util.function.Supplier;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.contract.Backend;
import org.libvirt.sandbox.contract.SandboxDaemon;

/** An embedded daemon for containers. */
final class Daemon extends SandboxDaemon {
  Daemon() {
    this(EmbeddedLibvirt::start);
  }

  private Daemon(Supplier<EmbeddedLibvirt> beginning) {
    super(Backend.LXC, beginning);
  }

  static Daemon withPrivateNetwork() {
    return new Daemon(EmbeddedLibvirt::startWithPrivateNetwork);
  }
}

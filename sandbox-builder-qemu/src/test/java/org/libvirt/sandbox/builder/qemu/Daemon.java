package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.contract.Backend;
import org.libvirt.sandbox.contract.SandboxDaemon;
import org.libvirt.sandbox.contract.Traces;

/** An embedded daemon for virtual machines. */
final class Daemon extends SandboxDaemon {
  Daemon() {
    this(() -> EmbeddedLibvirt.startFor("qemu"));
  }

  private Daemon(Supplier<EmbeddedLibvirt> beginning) {
    super(Backend.QEMU, beginning);
  }

  /** One whose machines belong to a user, as qemu.conf says on most hosts. */
  static Daemon withUser(String user, String group) {
    return new Daemon(() -> startWithUser(user, group));
  }

  private static EmbeddedLibvirt startWithUser(String user, String group) {
    EmbeddedLibvirt libvirt = EmbeddedLibvirt.startFor("qemu");
    try {
      SandboxConnection.open(libvirt.uri("qemu")).close(); // returns once libvirtd is up
      Path settings = libvirt.socket().resolveSibling("etc/qemu.conf");
      Files.writeString(
          settings,
          Files.readString(settings)
              .replace("user = \"root\"", "user = \"" + user + "\"")
              .replace("group = \"root\"", "group = \"" + group + "\""));
      // the launcher starts another, which reads them
      ProcessHandle before = Traces.of(libvirt).process("/libvirtd\0--config\0");
      before.destroyForcibly();
      before.onExit().join();
      return libvirt;
    } catch (IOException | RuntimeException e) {
      libvirt.close();
      throw new IllegalStateException("no daemon with machines of " + user, e);
    }
  }

  static Daemon withPrivateNetwork() {
    return new Daemon(EmbeddedLibvirt::startWithPrivateNetwork);
  }
}

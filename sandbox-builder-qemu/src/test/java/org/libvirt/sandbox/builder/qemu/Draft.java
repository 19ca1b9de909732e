package org.libvirt.sandbox.builder.qemu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.HostCapabilities;
import org.libvirt.sandbox.domain.OperatingSystem;

/** A config planned as a machine, with a state directory that goes when it is closed. */
final class Draft implements AutoCloseable {
  static final UUID ID = UUID.fromString("00000000-0000-4000-8000-00000000abcd");

  private static final HostFacts PLAIN =
      new HostFacts(
          List.of(new HostMount(Path.of("/"), "8:1", Path.of("/"), Set.of("rw"))), Set.of());

  private final StateDirectory state;
  private final BuildRequest request;
  private final DirectoryShares directories;

  private Draft(
      SandboxConfig config, HostCapabilities capabilities, UnaryOperator<Path> libvirtPath) {
    state = StateDirectory.create(UUID.randomUUID(), "qemu:///system", "qemu", config);
    request =
        new BuildRequest(
            config,
            ID,
            state,
            PLAIN,
            capabilities,
            libvirtPath,
            ChannelKind.UNIX_SOCKET,
            Duration.ofSeconds(1));
    try {
      directories = DirectoryShares.choose(request, Optional.empty(), Optional.empty());
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  static Draft of(SandboxConfig config) {
    return new Draft(config, capabilities("<host/>"), UnaryOperator.identity());
  }

  /**
   * On a host with other capabilities, seen by libvirt from elsewhere.
   *
   * @param libvirtPath what libvirt calls a path of this host
   */
  static Draft on(
      HostCapabilities capabilities, UnaryOperator<Path> libvirtPath, SandboxConfig config) {
    return new Draft(config, capabilities, libvirtPath);
  }

  /** On a host with a security model. */
  static Draft on(String model, SandboxConfig config) {
    return new Draft(
        config,
        capabilities("<host><secmodel><model>" + model + "</model><doi>0</doi></secmodel></host>"),
        UnaryOperator.identity());
  }

  private static HostCapabilities capabilities(String parts) {
    return HostCapabilities.parse("<capabilities>" + parts + "</capabilities>");
  }

  BuildRequest request() {
    return request;
  }

  /** What they are shared by, where either can be had. */
  DirectoryShares directories() {
    return directories;
  }

  /** The file tree; its disks are planned with it. */
  GuestShares shares() {
    return GuestShares.of(request, GuestDisks.of(request), directories);
  }

  /** The domain's XML, of a kernel that need not exist. */
  String xml(Accelerator accelerator) {
    GuestDisks disks = GuestDisks.of(request);
    MachineDomain domain =
        new MachineDomain(request, accelerator)
            .system(
                OperatingSystem.machine(
                    request.config().arch(),
                    Path.of("/boot/kernel"),
                    Path.of("/boot/initrd"),
                    "quiet"))
            .devices(GuestShares.of(request, disks, directories), disks)
            .networks()
            .lines(Path.of("/state/channel"), Path.of("/state/guest.log"));
    if (request.config().isShell()) {
      domain.shell(Path.of("/state/shell"));
    }
    return domain.build().toXml();
  }

  @Override
  public void close() {
    state.close();
  }
}

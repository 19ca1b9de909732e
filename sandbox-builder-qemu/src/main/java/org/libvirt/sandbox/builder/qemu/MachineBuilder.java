package org.libvirt.sandbox.builder.qemu;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.SandboxBuilder;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.HostCapabilities;
import org.libvirt.sandbox.domain.OperatingSystem;

/**
 * Plans a sandbox as a virtual machine: a kernel of this host, which boots straight into the
 * sandbox's init; the root and other directories of the host by virtiofs or 9p; fresh directories
 * in the machine's memory where programs write; images and disks as virtio disks.
 */
public final class MachineBuilder implements SandboxBuilder {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private static final Duration EMULATED_START_LIMIT = Duration.ofMinutes(2);

  /** As systemd's {@code container} variable would name the kind of sandbox. */
  private static final String KIND = "qemu";

  private static final String SHELL_CONSOLE = "/dev/virtio-ports/" + SandboxDomain.SHELL_PORT;

  /** For the service loader. */
  public MachineBuilder() {}

  @Override
  public String driver() {
    return "qemu";
  }

  @Override
  public Duration startLimit(SandboxConfig config, HostCapabilities capabilities) {
    return Accelerator.choose(config.resources().acceleration(), capabilities, config.arch())
            .isKvm()
        ? SandboxBuilder.super.startLimit(config, capabilities)
        : EMULATED_START_LIMIT;
  }

  /** QEMU alone serves an interface that names no network. */
  @Override
  public boolean needsLibvirt(Network network) {
    return network.source().isPresent();
  }

  /** In a machine their names have nobody behind them. */
  @Override
  public boolean hidesSockets() {
    return false;
  }

  @Override
  public SandboxPlan build(BuildRequest request) {
    SandboxConfig config = request.config();
    if (!(config instanceof InteractiveConfig interactive)) {
      throw new InvalidSandboxException(
          "virtual machines run interactive configs only, not a "
              + config.getClass().getSimpleName());
    }
    checkWishes(request);
    checkArchitecture(request);
    Accelerator accelerator =
        Accelerator.choose(
            config.resources().acceleration(), request.capabilities(), config.arch());
    LOG.log(
        Level.DEBUG, "{0}: {1}", accelerator.isKvm() ? "KVM" : "emulation", accelerator.reason());
    GuestDisks disks = GuestDisks.of(request);
    HostKernel kernel = KernelPlaces.ofHost().findOrNewest(config.kernel());
    BootFiles boot = boot(request, kernel, !disks.images().isEmpty());
    LeastMemory.require(config.resources(), kernel.release(), boot);
    DirectoryShares directories = DirectoryShares.choose(request, kernel, boot.initrd());
    LOG.log(
        Level.DEBUG,
        "directories of the host by {0}: {1}",
        directories.group(),
        directories.reason());
    GuestShares shares = GuestShares.of(request, disks, directories);
    Path socket = SocketPath.in(request.state().path(), "channel");
    Path log = request.state().path().resolve("guest.log");
    OperatingSystem system =
        OperatingSystem.machine(
            config.arch(),
            boot.kernel(),
            boot.initrd().file(),
            KernelCommandLine.of(
                config.arch(),
                accelerator,
                MachineDomain.processors(config),
                groups(config, directories, disks),
                config.isDebug()));
    MachineDomain domain =
        new MachineDomain(request, accelerator)
            .system(system)
            .devices(shares, disks)
            .networks()
            .lines(socket, log);
    if (config.isShell()) {
      domain.shell(request.state().path().resolve("shell"));
    }
    LaunchRecord launch = launch(interactive, shares, disks);
    return new SandboxPlan(
        domain.build().toXml(),
        new CarrierAddress.VirtioPort(socket),
        () -> launch,
        shell(interactive),
        Optional.of(log),
        servers(shares, log),
        List.of());
  }

  private static List<HostServer> servers(GuestShares shares, Path log) {
    List<HostServer> servers = new ArrayList<>(shares.servers());
    servers.add(new LogLimit(log));
    return servers;
  }

  private static void checkWishes(BuildRequest request) {
    if (request.channel() != ChannelKind.UNIX_SOCKET) {
      throw new InvalidSandboxException(
          "a channel of the kind %s cannot be had for virtual machines; leave it to the default"
              .formatted(request.channel()));
    }
  }

  /** The host's kernel is all that there is to boot. */
  private static void checkArchitecture(BuildRequest request) {
    String wanted = request.config().arch();
    String own = request.capabilities().architecture().orElse(wanted);
    if (!wanted.equals(own)) {
      throw new InvalidSandboxException(
          "a virtual machine of architecture %s has no kernel on this host of %s; leave it out"
              .formatted(wanted, own));
    }
    if (request.capabilities().support("qemu", wanted).isEmpty()
        && request.capabilities().support("kvm", wanted).isEmpty()) {
      throw new HostLacksException(
          "libvirt has no emulator of %s machines; install QEMU (on Debian qemu-system-x86)"
              .formatted(wanted));
    }
  }

  private static BootFiles boot(BuildRequest request, HostKernel kernel, boolean withImages) {
    List<String> groups = new ArrayList<>(GuestModules.MACHINE);
    if (withImages) {
      groups.addAll(GuestModules.IMAGES);
    }
    BootFiles cached =
        KernelCache.ofHost()
            .prepare(
                kernel, GuestModules.of(kernel, groups), progress -> LOG.log(Level.INFO, progress));
    return HypervisorUser.of(request.capabilities()).filter(HypervisorUser::isOther).isPresent()
        ? cached.copiedTo(request.state().path())
        : cached;
  }

  private static List<String> groups(
      SandboxConfig config, DirectoryShares directories, GuestDisks disks) {
    List<String> groups = new ArrayList<>(List.of(directories.group()));
    if (!config.networks().isEmpty()) {
      groups.add(GuestModules.NETWORK);
    }
    if (!disks.isEmpty()) {
      groups.add(GuestModules.DISK);
    }
    return groups;
  }

  private static LaunchRecord launch(
      InteractiveConfig config, GuestShares shares, GuestDisks disks) {
    LaunchRecord.Builder record = LaunchRecord.builder();
    shares.describe(record);
    disks.describe(record, config.identity());
    GuestNames.of(config).describe(record);
    int number = 0;
    for (Network network : config.networks()) {
      record.network(number++, network);
    }
    if (config.isDebug()) {
      record.debug();
    }
    limitProcesses(config, record);
    return record.program(config, KIND).build();
  }

  /** The machine's kernel counts them by user, and never root's. */
  static void limitProcesses(InteractiveConfig config, LaunchRecord.Builder record) {
    OptionalInt most = config.resources().processes();
    if (most.isPresent() && config.identity().uid() == 0) {
      throw new InvalidSandboxException(
          "the config of '"
              + config.name()
              + "' limits processes of root's in a virtual machine, which cannot be had; leave the"
              + " limit out, as the machine's memory is one, or run the program as another user");
    }
    most.ifPresent(record::processes);
  }

  private static Optional<LaunchRecord> shell(InteractiveConfig config) {
    return config.isShell()
        ? Optional.of(LaunchRecord.builder().shell(config, KIND, SHELL_CONSOLE).build())
        : Optional.empty();
  }
}

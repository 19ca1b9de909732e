package org.libvirt.sandbox.builder.lxc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.SandboxBuilder;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.Filesystem;
import org.libvirt.sandbox.domain.OperatingSystem;

/**
 * Plans a sandbox as a container: the root read-only, fresh directories where programs write, the
 * config directory with the supervisor's program at {@code /dev/sandbox}, and the config's mounts,
 * disks and networks. Without networks the container has nothing but its own loopback.
 */
public final class ContainerBuilder implements SandboxBuilder {
  /** Where the guest sees its config directory: libvirt gives each container a /dev of its own. */
  static final String CONFIG = "/dev/sandbox";

  /** As systemd's {@code container} variable names the kind of sandbox. */
  private static final String KIND = "lxc-libvirt";

  /** Libvirt makes a container's consoles its tty1, tty2 and so on; the first one is the log's. */
  private static final String SHELL_CONSOLE = "/dev/tty2";

  /** For the service loader. */
  public ContainerBuilder() {}

  @Override
  public String driver() {
    return "lxc";
  }

  @Override
  public SandboxPlan build(BuildRequest request) {
    checkExecutable(request);
    GuestRoot root = GuestRoot.of(request);
    GuestTree tree = GuestTree.of(root, request.host());
    GuestPlaces places = tree.places();
    GuestMounts mounts = GuestMounts.of(request, places);
    List<Filesystem> filesystems =
        filesystems(
            root.isMount() ? Optional.empty() : Optional.of(root.filesystem()),
            tree.freshDirectories(),
            request.state().config(),
            mounts(request, root, tree, mounts));
    GuestConsoles consoles = GuestConsoles.of(request);
    String xml =
        ContainerDomain.of(
                request.config(),
                request.uuid(),
                init(request, consoles),
                disks(request),
                filesystems,
                consoles.devices(),
                request.capabilities())
            .toXml();
    return new SandboxPlan(
        xml,
        consoles.carrier(),
        launch(request, tree, places, mounts),
        shell(request.config()),
        Optional.empty(),
        List.of(),
        List.of());
  }

  /** Libvirt would start a container on a noexec file system, whose init then never runs. */
  private static void checkExecutable(BuildRequest request) {
    if (request.host().mountOf(request.state().config()).map(HostMount::flags).stream()
        .anyMatch(flags -> flags.contains("noexec"))) {
      throw new HostLacksException(
          "programs cannot be executed below "
              + HostDirectories.state()
              + ", where sandboxes keep their init; mount it without noexec");
    }
  }

  private static OperatingSystem init(BuildRequest request, GuestConsoles consoles) {
    return OperatingSystem.container(
        request.config().arch(),
        CONFIG + "/" + request.state().initName(),
        List.of(consoles.initArgument()));
  }

  private static List<Path> disks(BuildRequest request) {
    List<Path> sources = new ArrayList<>();
    Set<String> tags = new HashSet<>();
    for (Disk disk : request.config().disks()) {
      if (!tags.add(disk.tag())) {
        throw new InvalidSandboxException(
            "two disks have the tag '%s'; give each its own".formatted(disk.tag()));
      }
      HostSource source = HostSource.of("disk '" + disk.tag() + "'", disk.source());
      sources.add(
          disk.type() == Disk.Type.BLOCK
              ? source.blockDevice(request)
              : source.image(request, disk.format()));
    }
    return sources;
  }

  /** The file systems of the config's mounts in their order, that of the root among them. */
  private static List<Filesystem> mounts(
      BuildRequest request, GuestRoot root, GuestTree tree, GuestMounts planned) {
    List<Filesystem> filesystems = new ArrayList<>();
    tree.sharedMemory(planned.all()).ifPresent(filesystems::add);
    Iterator<GuestMount> mounts = planned.all().iterator();
    for (Mount mount : request.config().mounts()) {
      filesystems.add(GuestRoot.isRoot(mount) ? root.filesystem() : mounts.next().filesystem());
    }
    return filesystems;
  }

  /**
   * All file systems of a container in their order.
   *
   * @param root the config's root; empty where one of the mounts is at {@code /}, which libvirt
   *     mounts first wherever it stands
   * @param fresh the directories that get a tmpfs of this many bytes
   * @param config the host's path of the config directory
   */
  static List<Filesystem> filesystems(
      Optional<Filesystem> root, Map<String, Long> fresh, Path config, List<Filesystem> mounts) {
    List<Filesystem> filesystems = new ArrayList<>();
    root.ifPresent(filesystems::add);
    fresh.forEach((path, size) -> filesystems.add(Filesystem.ram(size, path)));
    filesystems.add(Filesystem.mount(config, CONFIG).readOnly());
    filesystems.addAll(mounts);
    return filesystems;
  }

  /** All but the host's sockets now: to find those takes about as long as the rest of a plan. */
  private static Supplier<LaunchRecord> launch(
      BuildRequest request, GuestTree tree, GuestPlaces places, GuestMounts mounts) {
    InteractiveConfig config = interactive(request.config());
    LaunchRecord.Builder hidden = LaunchRecord.builder();
    tree.hide(hidden, config, places, mounts.all());
    LaunchRecord.Builder record = LaunchRecord.builder();
    tree.describe(record, config, places, mounts.all());
    mounts.describe(record);
    GuestIncludes.copy(request, places, mounts.all(), record);
    addDisks(record, config);
    addNetworks(record, config);
    if (config.isDebug()) {
      record.debug();
    }
    LaunchRecord first = hidden.build();
    LaunchRecord last = record.program(config, KIND).build();
    return () -> {
      LaunchRecord.Builder whole = LaunchRecord.builder().items(first);
      tree.hideSockets(whole, places, mounts.all());
      return whole.items(last).build();
    };
  }

  private static Optional<LaunchRecord> shell(SandboxConfig config) {
    return config.isShell()
        ? Optional.of(
            LaunchRecord.builder().shell(interactive(config), KIND, SHELL_CONSOLE).build())
        : Optional.empty();
  }

  private static InteractiveConfig interactive(SandboxConfig config) {
    if (config instanceof InteractiveConfig interactive) {
      return interactive;
    }
    throw new InvalidSandboxException(
        "containers run interactive configs only, not a " + config.getClass().getSimpleName());
  }

  private static void addDisks(LaunchRecord.Builder record, SandboxConfig config) {
    int number = 0;
    for (Disk disk : config.disks()) {
      String device = DiskName.of(number++);
      record.owner("/dev/" + device, config.identity().uid(), config.identity().gid(), 0600);
      record.link("../../" + device, "/dev/disk/by-tag/" + disk.tag());
    }
  }

  /** Libvirt names a container's interfaces in the order of its XML. */
  private static void addNetworks(LaunchRecord.Builder record, SandboxConfig config) {
    int number = 0;
    for (Network network : config.networks()) {
      record.network(number++, network);
    }
  }
}

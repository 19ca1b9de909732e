package org.libvirt.sandbox.builder.lxc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.SandboxBuilder;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.config.HostDirectoryRoot;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.Console;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.Features;
import org.libvirt.sandbox.domain.Filesystem;
import org.libvirt.sandbox.domain.OperatingSystem;

/**
 * Plans a sandbox as a container: the root read-only, fresh directories where programs write, and
 * the config directory with the supervisor's program at {@code /dev/sandbox}. The container has no
 * network but its own loopback.
 */
public final class ContainerBuilder implements SandboxBuilder {
  /** Where the guest sees its config directory: libvirt gives each container a /dev of its own. */
  private static final String CONFIG = "/dev/sandbox";

  private static final long MEMORY = 512L << 20;

  /** For the service loader. */
  public ContainerBuilder() {}

  @Override
  public String driver() {
    return "lxc";
  }

  @Override
  public SandboxPlan build(BuildRequest request) {
    SandboxConfig config = request.config();
    Path root = checkedRoot(config);
    checkExecutable(request);
    GuestTree tree = GuestTree.of(root, request.host());
    return new SandboxPlan(
        domain(request, root, tree).toXml(),
        new CarrierAddress.UnixSocket(request.state().channel()),
        launch(config, tree),
        List.of());
  }

  /** The root where it really lies, as what is hidden in it is known by real paths. */
  private static Path checkedRoot(SandboxConfig config) {
    Path root = ((HostDirectoryRoot) config.root()).directory();
    if (!Files.isDirectory(root)) {
      throw new InvalidSandboxException(
          "root '" + root + "' is no directory on this host; give one that is");
    }
    try {
      return root.toRealPath();
    } catch (IOException e) {
      throw new InvalidSandboxException("root '" + root + "' cannot be read on this host: " + e, e);
    }
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

  private static DomainDefinition domain(BuildRequest request, Path root, GuestTree tree) {
    SandboxConfig config = request.config();
    DomainDefinition.Builder domain =
        DomainDefinition.builder("lxc")
            .name(config.name())
            .uuid(request.uuid())
            .memory(MEMORY)
            .features(Features.none().privateNetwork())
            .operatingSystem(
                OperatingSystem.container(
                    config.arch(),
                    CONFIG + "/" + request.state().initName(),
                    List.of("unix:" + CONFIG + "/" + request.state().channel().getFileName())))
            .filesystem(Filesystem.mount(root, "/").readOnly());
    tree.freshDirectories().forEach((path, size) -> domain.filesystem(Filesystem.ram(size, path)));
    return domain
        .filesystem(Filesystem.mount(request.state().config(), CONFIG).readOnly())
        .console(Console.pty())
        .build();
  }

  private static LaunchRecord launch(SandboxConfig config, GuestTree tree) {
    LaunchRecord.Builder record = LaunchRecord.builder();
    tree.describe(record, config.name());
    if (config instanceof InteractiveConfig interactive) {
      return record.program(interactive, "lxc-libvirt").build();
    }
    throw new InvalidSandboxException(
        "containers run interactive configs only, not a " + config.getClass().getSimpleName());
  }
}

package org.libvirt.sandbox.builder.lxc;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.Filesystem;
import org.libvirt.sandbox.domain.HostCapabilities;

/** A config planned as a container, with a state directory that goes when it is closed. */
final class Draft implements AutoCloseable {
  static final HostFacts PLAIN =
      new HostFacts(
          List.of(new HostMount(Path.of("/"), "8:1", Path.of("/"), Set.of("rw"))), Set.of());

  private static final HostCapabilities CAPABILITIES =
      HostCapabilities.parse("<capabilities><host/></capabilities>");

  private final StateDirectory state;
  private final BuildRequest request;
  private final SandboxPlan plan;

  private Draft(SandboxConfig config, HostFacts host, UnaryOperator<Path> libvirtPath) {
    UUID uuid = UUID.randomUUID();
    state = StateDirectory.create(uuid, "lxc:///", "lxc", config);
    try {
      request =
          new BuildRequest(
              config,
              uuid,
              state,
              host,
              CAPABILITIES,
              libvirtPath,
              ChannelKind.UNIX_SOCKET,
              Duration.ofSeconds(1));
      plan = new ContainerBuilder().build(request);
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  static Draft of(SandboxConfig config) {
    return of(config, PLAIN);
  }

  static Draft of(SandboxConfig config, HostFacts host) {
    return new Draft(config, host, UnaryOperator.identity());
  }

  /** With a daemon that finds the paths of this host elsewhere. */
  static Draft of(SandboxConfig config, UnaryOperator<Path> libvirtPath) {
    return new Draft(config, PLAIN, libvirtPath);
  }

  DomainDefinition domain() {
    return DomainDefinition.parse(plan.xml());
  }

  /** The config's mounts, which follow the config directory: type, source or size, and target. */
  List<String> mounts() {
    List<Filesystem> all = domain().filesystems();
    List<String> targets = all.stream().map(Filesystem::target).toList();
    return all.subList(targets.indexOf(ContainerBuilder.CONFIG) + 1, all.size()).stream()
        .map(Draft::text)
        .toList();
  }

  private static String text(Filesystem filesystem) {
    return "%s %s %s%s%s"
        .formatted(
            filesystem.type(),
            filesystem.source().orElseGet(() -> "" + filesystem.size().orElseThrow()),
            filesystem.target(),
            filesystem.driver().map(" "::concat).orElse(""),
            filesystem.isReadOnly() ? " ro" : "");
  }

  RecordItems items() {
    return new RecordItems(plan.launch().get());
  }

  StateDirectory state() {
    return state;
  }

  BuildRequest request() {
    return request;
  }

  @Override
  public void close() {
    state.close();
  }
}

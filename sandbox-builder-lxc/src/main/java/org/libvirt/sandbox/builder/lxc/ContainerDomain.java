package org.libvirt.sandbox.builder.lxc;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.config.Security;
import org.libvirt.sandbox.domain.Console;
import org.libvirt.sandbox.domain.CpuTuning;
import org.libvirt.sandbox.domain.Disk;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.Features;
import org.libvirt.sandbox.domain.Filesystem;
import org.libvirt.sandbox.domain.FilterReference;
import org.libvirt.sandbox.domain.HostCapabilities;
import org.libvirt.sandbox.domain.Interface;
import org.libvirt.sandbox.domain.OperatingSystem;
import org.libvirt.sandbox.domain.SecurityLabel;
import org.libvirt.sandbox.domain.SecurityModel;

/**
 * A config as the domain of a container, in libvirt-sandbox's order: disks, file systems, network
 * interfaces, consoles.
 */
final class ContainerDomain {
  private static final String TYPE = "lxc";

  /** What the processor's time is shared out by; libvirt's own default, too. */
  private static final Duration PERIOD = Duration.ofMillis(100);

  private static final int PERCENT = 100;

  /** What SELinux's policy has for the programs of containers that use networks. */
  private static final String SELINUX_LABEL = "system_u:system_r:svirt_lxc_net_t:s0";

  private final SandboxConfig config;
  private final DomainDefinition.Builder domain;

  private ContainerDomain(SandboxConfig config) {
    this.config = config;
    this.domain = DomainDefinition.builder(TYPE);
  }

  /**
   * The definition of a config's domain.
   *
   * @param uuid the domain's UUID
   * @param init what the container boots
   * @param disks where libvirt finds the sources of the config's disks, in their order
   * @param filesystems all file systems in their order
   * @param consoles all consoles in their order
   * @param capabilities what libvirt can do on the host
   */
  static DomainDefinition of(
      SandboxConfig config,
      UUID uuid,
      OperatingSystem init,
      List<Path> disks,
      List<Filesystem> filesystems,
      List<Console> consoles,
      HostCapabilities capabilities) {
    ContainerDomain container = new ContainerDomain(config);
    container
        .domain
        .name(config.name())
        .uuid(uuid)
        .features(Features.none().privateNetwork())
        .operatingSystem(init);
    container.addResources();
    container.addDisks(disks);
    filesystems.forEach(container.domain::filesystem);
    container.addNetworks(uuid);
    consoles.forEach(container.domain::console);
    capabilities.confinement().ifPresent(container::addLabel);
    return container.domain.build();
  }

  private void addResources() {
    Resources resources = config.resources();
    domain.memory(resources.memory().orElse(Resources.STANDARD_MEMORY));
    resources.processors().ifPresent(domain::processors);
    quota(resources)
        .ifPresent(
            percent ->
                domain.cpuTuning(
                    CpuTuning.limit(PERIOD, PERIOD.multipliedBy(percent).dividedBy(PERCENT))));
  }

  /** The number of processors means nothing to libvirt's containers: their time does. */
  private static OptionalInt quota(Resources resources) {
    return IntStream.concat(
            resources.processors().stream().map(processors -> processors * PERCENT),
            resources.cpuQuota().stream())
        .min();
  }

  private void addDisks(List<Path> sources) {
    List<org.libvirt.sandbox.config.Disk> disks = config.disks();
    for (int i = 0; i < disks.size(); i++) {
      String device = DiskName.of(i);
      Disk disk =
          disks.get(i).type() == org.libvirt.sandbox.config.Disk.Type.BLOCK
              ? Disk.block(sources.get(i), device)
              : Disk.file(sources.get(i), device);
      domain.device(disk.format(disks.get(i).format().toString()));
    }
  }

  private void addNetworks(UUID uuid) {
    int number = 0;
    for (Network network : config.networks()) {
      Interface device = Interface.network(network.source().orElse("default"));
      if (network.mac().isPresent()) {
        device = device.mac(network.mac().get());
      }
      if (network.filter().isPresent()) {
        FilterReference filter = FilterReference.to(network.filter().get().name());
        for (var parameter : network.filter().get().parameters()) {
          filter = filter.parameter(parameter.name(), parameter.value());
        }
        device = device.filter(filter).target(hostEnd(uuid, number));
      }
      domain.device(device);
      number++;
    }
  }

  /** A name that no other interface of the host has: libvirt's filters go by it. */
  private static String hostEnd(UUID uuid, int number) {
    return "sb" + uuid.toString().replace("-", "").substring(0, 11) + number;
  }

  private void addLabel(SecurityModel model) {
    domain.securityLabel(label(config.security(), model.name()));
  }

  private static SecurityLabel label(Security security, String model) {
    Optional<String> label = security.label().filter(text -> !text.isEmpty());
    if (!security.isDynamic()) {
      return SecurityLabel.fixed(model, label.orElseThrow());
    }
    // AppArmor derives nothing: it makes a profile of its own
    return model.equals("selinux")
        ? SecurityLabel.derived(model, label.orElse(SELINUX_LABEL))
        : SecurityLabel.dynamic(model);
  }
}

package org.libvirt.sandbox.domain;

import java.nio.file.Path;
import java.util.Optional;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostDirectoryRoot;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.config.Security;

/**
 * The machine that libvirt-sandbox 0.8.0 makes of a config, for a user who is root; without the
 * config's UUID, which it forgets (BUG-16).
 */
final class OriginalMachine {
  private static final Path STATE = Path.of("/run/sd");

  /** Words that the original joins, with a blank before the first, too. */
  private static final String KERNEL_ARGUMENTS =
      " console=ttyS0 quiet loglevel=0 edd=off printk.time=1 noreplace-smp cgroup_disable=memory"
          + " pci=noearly noapic panic=-1 selinux=0";

  private final SandboxConfig config;
  private final String type;
  private final DomainDefinition.Builder domain;
  private int disks;
  private int binds;

  private OriginalMachine(SandboxConfig config, String type) {
    this.config = config;
    this.type = type;
    this.domain = DomainDefinition.builder(type);
  }

  /**
   * The machine of a config.
   *
   * @param type {@code kvm}, or {@code qemu} for a host without it
   */
  static DomainDefinition of(SandboxConfig config, String type, HostCapabilities capabilities) {
    OriginalMachine machine = new OriginalMachine(config, type);
    machine.addSystem();
    machine.addRoot();
    machine.addDisks();
    config.mounts().forEach(machine::addMount);
    config.networks().forEach(machine::addNetwork);
    machine.domain.device(MemoryBalloon.none());
    machine.addConsoles();
    capabilities.confinement().ifPresent(machine::addLabel);
    return machine.domain.build();
  }

  private void addSystem() {
    domain
        .name(config.name())
        .memory(512L << 20)
        .onEnd(LifecycleAction.DESTROY)
        .operatingSystem(
            OperatingSystem.machine(
                config.arch(),
                STATE.resolve("vmlinuz"),
                STATE.resolve("initrd.img"),
                KERNEL_ARGUMENTS))
        .features(Features.none().acpi());
  }

  private void addRoot() {
    if (!config.hasRootMount()) {
      Path directory = ((HostDirectoryRoot) config.root()).directory();
      domain.device(
          Filesystem.share(directory, "sandbox:root").accessMode(AccessMode.SQUASH).readOnly());
    }
    domain.device(
        Filesystem.share(STATE.resolve("config"), "sandbox:config")
            .accessMode(AccessMode.SQUASH)
            .readOnly());
  }

  private void addDisks() {
    for (var given : config.disks()) {
      Path source = Path.of(given.source());
      Disk disk =
          given.type() == org.libvirt.sandbox.config.Disk.Type.BLOCK
              ? Disk.block(source, nextDisk())
              : Disk.file(source, nextDisk());
      domain.device(disk.bus("virtio").format(given.format().toString()));
    }
  }

  /** What is neither a directory nor an image is made within the guest. */
  private void addMount(Mount mount) {
    if (mount instanceof HostBindMount bind) {
      domain.device(
          Filesystem.share(
              bind.isTemporary() ? temporary(bind) : Path.of(bind.source()),
              "sandbox:mount" + binds++));
    } else if (mount instanceof HostImageMount image) {
      domain.device(
          Disk.file(Path.of(image.source()), nextDisk()).format(image.format().toString()));
    }
  }

  /** The fresh directory that the original does not make. */
  private Path temporary(HostBindMount bind) {
    return STATE.resolve("temporary/" + config.mounts().indexOf(bind));
  }

  private void addNetwork(Network network) {
    Interface device = network.source().map(Interface::network).orElseGet(Interface::user);
    if (network.mac().isPresent()) {
      device = device.mac(network.mac().get());
    }
    device = device.model("virtio");
    if (network.filter().isPresent()) {
      FilterReference filter = FilterReference.to(network.filter().get().name());
      for (var parameter : network.filter().get().parameters()) {
        filter = filter.parameter(parameter.name(), parameter.value());
      }
      device = device.filter(filter);
    }
    domain.device(device);
  }

  private void addConsoles() {
    domain.device(Console.serial()).device(Serial.pty());
    if (config.isShell()) {
      domain.device(Serial.pty());
    }
    if (config instanceof InteractiveConfig) {
      domain.device(Console.virtio());
    }
  }

  private void addLabel(SecurityModel model) {
    Security security = config.security();
    Optional<String> label = security.label();
    if (!security.isDynamic()) {
      domain.securityLabel(SecurityLabel.fixed(model.name(), label.orElseThrow()));
    } else if (model.name().equals("selinux")) {
      domain.securityLabel(SecurityLabel.derived(model.name(), label.orElseGet(this::baseLabel)));
    } else {
      domain.securityLabel(SecurityLabel.dynamic(model.name()));
    }
  }

  private String baseLabel() {
    String domainType = type.equals("kvm") ? "svirt_t" : "svirt_tcg_t";
    return "system_u:system_r:" + domainType + ":s0";
  }

  private String nextDisk() {
    return "vd" + (char) ('a' + disks++);
  }
}

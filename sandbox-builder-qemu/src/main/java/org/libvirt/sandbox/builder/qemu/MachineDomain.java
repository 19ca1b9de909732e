package org.libvirt.sandbox.builder.qemu;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.config.Security;
import org.libvirt.sandbox.domain.Channel;
import org.libvirt.sandbox.domain.Controller;
import org.libvirt.sandbox.domain.CpuMode;
import org.libvirt.sandbox.domain.CpuTuning;
import org.libvirt.sandbox.domain.DomainDefinition;
import org.libvirt.sandbox.domain.Features;
import org.libvirt.sandbox.domain.FilterReference;
import org.libvirt.sandbox.domain.Interface;
import org.libvirt.sandbox.domain.LifecycleAction;
import org.libvirt.sandbox.domain.MemoryBalloon;
import org.libvirt.sandbox.domain.OperatingSystem;
import org.libvirt.sandbox.domain.SecurityLabel;
import org.libvirt.sandbox.domain.SecurityModel;
import org.libvirt.sandbox.domain.Serial;

/** A config as the domain of a machine. */
final class MachineDomain {
  /** What the processor's time is shared out by; libvirt's own default, too. */
  private static final Duration PERIOD = Duration.ofMillis(100);

  private static final int PERCENT = 100;

  /** Of the machine type {@link #PC}. */
  private static final int MOST_PROCESSORS = 255;

  /** Of QEMU's machines for a PC the one that starts fastest, emulated and by KVM. */
  private static final String PC = "pc";

  private final BuildRequest request;
  private final SandboxConfig config;
  private final Accelerator accelerator;
  private final DomainDefinition.Builder domain;

  /**
   * The domain of a request's config, still without devices.
   *
   * @param accelerator what runs it
   */
  MachineDomain(BuildRequest request, Accelerator accelerator) {
    this.request = request;
    this.config = request.config();
    this.accelerator = accelerator;
    Resources resources = config.resources();
    this.domain =
        DomainDefinition.builder(accelerator.domainType())
            .name(config.name())
            .uuid(request.uuid())
            .memory(resources.memory().orElse(Resources.STANDARD_MEMORY))
            .onEnd(LifecycleAction.DESTROY)
            .features(Features.none().acpi().apic());
    addProcessor();
    resources.processors().ifPresent(asked -> domain.processors(processors(config)));
    resources.cpuQuota().ifPresent(this::limit);
  }

  /**
   * Emulated, QEMU's default lacks what today's distributions are compiled for. Of all that it can
   * do, two things only cost: what copies byte by byte (a kernel and a C library that are told of
   * it use it for whole pages), and a fifth level of page tables.
   */
  private void addProcessor() {
    if (accelerator.isKvm()) {
      domain.cpu(CpuMode.HOST_PASSTHROUGH);
    } else if (config.arch().equals("x86_64")) {
      domain.cpu(CpuMode.MAXIMUM, "erms", "la57");
    } else {
      domain.cpu(CpuMode.MAXIMUM);
    }
  }

  /**
   * How many processors a machine has. Libvirt counts the time of each by itself, so there must be
   * as many as the time is of.
   *
   * @throws InvalidSandboxException if it cannot have so many
   */
  static int processors(SandboxConfig config) {
    Resources resources = config.resources();
    int ofQuota = (resources.cpuQuota().orElse(PERCENT) - 1) / PERCENT + 1;
    int processors = resources.processors().orElse(ofQuota);
    if (config.arch().equals("x86_64") && processors > MOST_PROCESSORS) {
      throw new InvalidSandboxException(
          "%d processors are more than the %d that a virtual machine can have; give --cpus %2$d or less"
              .formatted(processors, MOST_PROCESSORS));
    }
    return processors;
  }

  private void limit(int percent) {
    int processors = processors(config);
    domain.processors(processors);
    domain.cpuTuning(
        CpuTuning.limit(
            PERIOD, PERIOD.multipliedBy(percent).dividedBy((long) PERCENT * processors)));
  }

  /** What it boots. */
  MachineDomain system(OperatingSystem system) {
    domain.operatingSystem(config.arch().equals("x86_64") ? system.machineType(PC) : system);
    return this;
  }

  /** What it has of the host's files. */
  MachineDomain devices(GuestShares shares, GuestDisks disks) {
    disks.devices().forEach(domain::device);
    shares.devices().forEach(domain::filesystem);
    if (shares.needSharedMemory()) {
      domain.sharedMemory();
    }
    return this;
  }

  /** The config's network interfaces, in their order. */
  MachineDomain networks() {
    int number = 0;
    for (Network network : config.networks()) {
      domain.device(device(network, number++));
    }
    return this;
  }

  private Interface device(Network network, int number) {
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
      device = device.filter(filter).target(hostEnd(number));
    }
    return device;
  }

  /** A name that no other interface of the host has: libvirt's filters go by it. */
  private String hostEnd(int number) {
    return "sb" + request.uuid().toString().replace("-", "").substring(0, 11) + number;
  }

  /**
   * The lines to the host.
   *
   * @param socket where the hypervisor listens for who wants the channel
   * @param log what the machine's kernel says is written there
   */
  MachineDomain lines(Path socket, Path log) {
    domain.device(Channel.unix(KernelCommandLine.PORT, socket));
    domain.device(Serial.file(log));
    domain.device(MemoryBalloon.none());
    domain.device(Controller.noUsb());
    return this;
  }

  /**
   * The shell's console.
   *
   * @param socket where the hypervisor listens for who comes to it
   */
  MachineDomain shell(Path socket) {
    domain.device(Channel.unix(SandboxDomain.SHELL_PORT, socket));
    return this;
  }

  DomainDefinition build() {
    request.capabilities().confinement().ifPresent(this::addLabel);
    return domain.build();
  }

  private void addLabel(SecurityModel model) {
    Security security = config.security();
    Optional<String> label = security.label().filter(text -> !text.isEmpty());
    if (!security.isDynamic()) {
      domain.securityLabel(SecurityLabel.fixed(model.name(), label.orElseThrow()));
    } else if (model.name().equals("selinux")) {
      domain.securityLabel(SecurityLabel.derived(model.name(), label.orElseGet(this::usualLabel)));
    } else {
      domain.securityLabel(SecurityLabel.dynamic(model.name()));
    }
  }

  /** SELinux's policy has another one for emulators, which need executable memory. */
  private String usualLabel() {
    return "system_u:system_r:" + (accelerator.isKvm() ? "svirt_t" : "svirt_tcg_t") + ":s0";
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What libvirt says of its host, as far as sandboxes need it. */
@XmlRootElement(name = "capabilities")
@XmlAccessorType(XmlAccessType.FIELD)
public final class HostCapabilities {
  // Those that confine what a domain does, the one that the original preferred first.
  private static final List<String> CONFINING = List.of("selinux", "apparmor");

  private @Nullable Host host;

  @XmlElement(name = "guest")
  private List<GuestSupport> guests = new ArrayList<>();

  private HostCapabilities() {}

  /**
   * Reads libvirt's capabilities, passing over what is not modelled here.
   *
   * @param xml libvirt's capabilities XML
   * @return the capabilities
   * @throws IllegalArgumentException if it is not well formed, is something else, or has a document
   *     type
   */
  public static HostCapabilities parse(String xml) {
    return XmlBinding.read(HostCapabilities.class, xml);
  }

  /**
   * The architecture of the host.
   *
   * @return libvirt's name of it, such as {@code x86_64}; empty where libvirt does not say
   */
  public Optional<String> architecture() {
    return Optional.ofNullable(host).map(known -> known.cpu).map(known -> known.architecture);
  }

  /**
   * The host's security models.
   *
   * @return an unmodifiable list; empty where the host has none
   */
  public List<SecurityModel> securityModels() {
    return host == null
        ? List.of()
        : host.securityModels.stream()
            .filter(model -> !model.name().isEmpty() && !model.name().equals("none"))
            .toList();
  }

  /**
   * The security model to label domains by: SELinux if the host has it, else AppArmor.
   *
   * @return the model; empty where the host has neither
   */
  public Optional<SecurityModel> confinement() {
    return CONFINING.stream()
        .flatMap(name -> securityModels().stream().filter(model -> model.name().equals(name)))
        .findFirst();
  }

  /**
   * What libvirt can run there.
   *
   * @return an unmodifiable list, one entry for each architecture of containers and of machines
   */
  public List<GuestSupport> guests() {
    return List.copyOf(guests);
  }

  /**
   * What libvirt can run as domains of one type for one architecture.
   *
   * @param domainType libvirt's name of the hypervisor: {@code lxc}, {@code kvm} or {@code qemu}
   * @param architecture libvirt's name of the architecture, such as {@code x86_64}
   * @return the support; empty where libvirt can run none
   */
  public Optional<GuestSupport> support(String domainType, String architecture) {
    return guests.stream()
        .filter(guest -> guest.architecture().equals(architecture))
        .filter(guest -> guest.domainTypes().contains(domainType))
        .findFirst();
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Host {
    private @Nullable Cpu cpu;

    @XmlElement(name = "secmodel")
    private List<SecurityModel> securityModels = new ArrayList<>();
  }

  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Cpu {
    @XmlElement(name = "arch")
    private @Nullable String architecture;
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What libvirt can run on a host for one architecture: containers, or machines. */
@XmlAccessorType(XmlAccessType.FIELD)
public final class GuestSupport {
  @XmlElement(name = "os_type")
  private @Nullable String osType;

  @XmlElement(name = "arch")
  private @Nullable Architecture architecture;

  private GuestSupport() {}

  /**
   * The type of what is booted.
   *
   * @return {@code exe} for containers, {@code hvm} for machines
   */
  public String osType() {
    return osType == null ? "" : osType;
  }

  /**
   * The architecture.
   *
   * @return libvirt's name of it, such as {@code x86_64}
   */
  public String architecture() {
    return architecture == null || architecture.name == null ? "" : architecture.name;
  }

  /**
   * The types of domain that it can be run as.
   *
   * @return an unmodifiable list of libvirt's names, such as {@code lxc}, {@code qemu} and {@code
   *     kvm}
   */
  public List<String> domainTypes() {
    return domains().stream().map(domain -> domain.type).filter(Objects::nonNull).toList();
  }

  /**
   * The program that runs a domain.
   *
   * @param domainType libvirt's name of the hypervisor, such as {@code kvm}
   * @return its path on libvirt's host; empty where libvirt tells none, or has no such domains
   */
  public Optional<String> emulator(String domainType) {
    return domain(domainType)
        .flatMap(
            domain ->
                Optional.ofNullable(domain.emulator)
                    .or(() -> Optional.ofNullable(architecture).map(known -> known.emulator)));
  }

  /**
   * The types of machine that a domain can be.
   *
   * @param domainType libvirt's name of the hypervisor, such as {@code kvm}
   * @return an unmodifiable list of libvirt's names, such as {@code q35}; empty for containers, or
   *     where libvirt has no such domains
   */
  public List<String> machineTypes(String domainType) {
    List<String> own = domain(domainType).map(domain -> domain.machines).orElse(List.of());
    return own.isEmpty() && architecture != null && domain(domainType).isPresent()
        ? List.copyOf(architecture.machines)
        : List.copyOf(own);
  }

  private Optional<Domain> domain(String type) {
    return domains().stream().filter(domain -> type.equals(domain.type)).findFirst();
  }

  private List<Domain> domains() {
    return architecture == null ? List.of() : architecture.domains;
  }

  /** An architecture, and what holds for all types of domain on it. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Architecture {
    @XmlAttribute private @Nullable String name;
    private @Nullable String emulator;

    @XmlElement(name = "machine")
    private List<String> machines = new ArrayList<>();

    @XmlElement(name = "domain")
    private List<Domain> domains = new ArrayList<>();
  }

  /** A type of domain, and what holds for it alone. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Domain {
    @XmlAttribute private @Nullable String type;
    private @Nullable String emulator;

    @XmlElement(name = "machine")
    private List<String> machines = new ArrayList<>();
  }
}

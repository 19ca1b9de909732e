package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.bind.annotation.XmlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A security model of a host that labels the domains there, such as SELinux. */
@XmlAccessorType(XmlAccessType.FIELD)
public final class SecurityModel {
  @XmlElement(name = "model")
  private @Nullable String name;

  @XmlElement(name = "baselabel")
  private List<BaseLabel> baseLabels = new ArrayList<>();

  private SecurityModel() {}

  /**
   * The model's name.
   *
   * @return libvirt's name of it, such as {@code selinux}, {@code apparmor} or {@code dac}
   */
  public String name() {
    return name == null ? "" : name;
  }

  /**
   * What the model derives the labels of domains from.
   *
   * @param domainType libvirt's name of the hypervisor, such as {@code kvm}
   * @return the base label; empty where libvirt tells none, as of containers
   */
  public Optional<String> baseLabel(String domainType) {
    return baseLabels.stream()
        .filter(base -> domainType.equals(base.domainType) && base.label != null)
        .map(base -> base.label)
        .findFirst();
  }

  @Override
  public String toString() {
    return name();
  }

  /** What the labels of domains of one type are derived from. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class BaseLabel {
    @XmlAttribute(name = "type")
    private @Nullable String domainType;

    @XmlValue private @Nullable String label;
  }
}

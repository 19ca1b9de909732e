package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The features of a domain that libvirt switches on or off.
 *
 * <p>{@link #none()} is the start; the methods that add a feature return a new value:
 *
 * <pre>{@code
 * Features.none().privateNetwork().capabilities(CapabilityPolicy.standard().without("mknod"))
 * }</pre>
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"acpi", "apic", "privateNetwork", "capabilities"})
public final class Features {
  private @Nullable Flag acpi;
  private @Nullable Flag apic;

  @XmlElement(name = "privnet")
  private @Nullable Flag privateNetwork;

  private @Nullable CapabilityPolicy capabilities;

  private Features() {}

  private Features(Features from) {
    acpi = from.acpi;
    apic = from.apic;
    privateNetwork = from.privateNetwork;
    capabilities = from.capabilities;
  }

  /**
   * No feature that is not libvirt's default.
   *
   * @return features to add to
   */
  public static Features none() {
    return new Features();
  }

  /**
   * These features and ACPI, by which a machine is told to power off.
   *
   * @return new features
   */
  public Features acpi() {
    Features more = new Features(this);
    more.acpi = new Flag();
    return more;
  }

  /**
   * These features and the interrupt controller that several processors need.
   *
   * @return new features
   */
  public Features apic() {
    Features more = new Features(this);
    more.apic = new Flag();
    return more;
  }

  /**
   * These features and a network of the container's own, even where it has no interface: without
   * this a container without interfaces is in the host's network.
   *
   * @return new features
   */
  public Features privateNetwork() {
    Features more = new Features(this);
    more.privateNetwork = new Flag();
    return more;
  }

  /**
   * These features and a rule for the capabilities of the container.
   *
   * @param policy the rule
   * @return new features
   */
  public Features capabilities(CapabilityPolicy policy) {
    Features more = new Features(this);
    more.capabilities = policy;
    return more;
  }

  /**
   * Whether a machine has ACPI.
   *
   * @return true if it has
   */
  public boolean hasAcpi() {
    return acpi != null;
  }

  /**
   * Whether a machine has the interrupt controller that several processors need.
   *
   * @return true if it has
   */
  public boolean hasApic() {
    return apic != null;
  }

  /**
   * Whether a container without interfaces has a network of its own.
   *
   * @return true if it has
   */
  public boolean hasPrivateNetwork() {
    return privateNetwork != null;
  }

  /**
   * The rule for the capabilities of the container.
   *
   * @return the rule; empty for libvirt's own
   */
  public Optional<CapabilityPolicy> capabilities() {
    return Optional.ofNullable(capabilities);
  }
}

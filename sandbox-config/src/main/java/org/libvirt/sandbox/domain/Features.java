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
@XmlType(propOrder = {"privateNetwork", "capabilities"})
public final class Features {
  @XmlElement(name = "privnet")
  private @Nullable Flag privateNetwork;

  private @Nullable CapabilityPolicy capabilities;

  private Features() {}

  private Features(@Nullable Flag privateNetwork, @Nullable CapabilityPolicy capabilities) {
    this.privateNetwork = privateNetwork;
    this.capabilities = capabilities;
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
   * These features and a network of the container's own, even where it has no interface: without
   * this a container without interfaces is in the host's network.
   *
   * @return new features
   */
  public Features privateNetwork() {
    return new Features(new Flag(), capabilities);
  }

  /**
   * These features and a rule for the capabilities of the container.
   *
   * @param policy the rule
   * @return new features
   */
  public Features capabilities(CapabilityPolicy policy) {
    return new Features(privateNetwork, policy);
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

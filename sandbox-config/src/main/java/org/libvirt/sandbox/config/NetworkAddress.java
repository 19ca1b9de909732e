package org.libvirt.sandbox.config;

import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address that a network interface of a sandbox gets, IPv4 or IPv6.
 *
 * <p>As text it is {@code IP[/PREFIX][%BROADCAST]}; without a prefix it has {@value
 * #DEFAULT_PREFIX}, also for IPv6, as in libvirt-sandbox.
 */
public final class NetworkAddress {
  /** The prefix length where none is written. */
  public static final int DEFAULT_PREFIX = 24;

  private final InetAddress primary;
  private final int prefix;
  private final @Nullable InetAddress broadcast;

  private NetworkAddress(InetAddress primary, int prefix, @Nullable InetAddress broadcast) {
    this.primary = IpAddress.check("address", primary);
    this.prefix = IpAddress.checkPrefix("address", primary, prefix);
    this.broadcast = broadcast == null ? null : IpAddress.check("broadcast address", broadcast);
  }

  /**
   * An address without a broadcast address.
   *
   * @param primary the address, without a zone
   * @param prefix the length of the network's prefix in bits: 0 to 32, or to 128 for IPv6
   * @return an address
   * @throws IllegalArgumentException if the prefix is out of bounds, or the address has a zone
   */
  public static NetworkAddress of(InetAddress primary, int prefix) {
    return new NetworkAddress(primary, prefix, null);
  }

  /**
   * This address with a broadcast address.
   *
   * @param broadcast the address that reaches all of the network, without a zone
   * @return an address
   * @throws IllegalArgumentException if the broadcast address has a zone
   */
  public NetworkAddress withBroadcast(InetAddress broadcast) {
    return new NetworkAddress(primary, prefix, broadcast);
  }

  static NetworkAddress parse(String text) {
    int percent = text.indexOf('%');
    AddressPrefix parsed = AddressPrefix.parse(percent < 0 ? text : text.substring(0, percent));
    NetworkAddress address = of(parsed.address(), parsed.prefix());
    return percent < 0
        ? address
        : address.withBroadcast(IpAddress.parse(text.substring(percent + 1)));
  }

  /**
   * The interface's address.
   *
   * @return an address without a zone
   */
  public InetAddress primary() {
    return primary;
  }

  /**
   * The length of the network's prefix.
   *
   * @return bits, 0 to 32, or to 128 for IPv6
   */
  public int prefix() {
    return prefix;
  }

  /**
   * The address that reaches all of the network.
   *
   * @return the address; empty where the kernel is to choose
   */
  public Optional<InetAddress> broadcast() {
    return Optional.ofNullable(broadcast);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NetworkAddress that
        && primary.equals(that.primary)
        && prefix == that.prefix
        && Objects.equals(broadcast, that.broadcast);
  }

  @Override
  public int hashCode() {
    return Objects.hash(primary, prefix, broadcast);
  }

  /** As in an option string: {@code 192.0.2.1/24%192.0.2.255}. */
  @Override
  public String toString() {
    String text = IpAddress.format(primary) + "/" + prefix;
    return broadcast == null ? text : text + "%" + IpAddress.format(broadcast);
  }
}

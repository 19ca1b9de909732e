package org.libvirt.sandbox.config;

import java.net.InetAddress;

/**
 * A route of a sandbox: which way a network is reached. {@code 0.0.0.0/0} is the default route.
 *
 * <p>As text it is {@code IP[/PREFIX]%GATEWAY}; without a prefix it has {@value
 * NetworkAddress#DEFAULT_PREFIX}.
 *
 * @param target the network's address, without a zone
 * @param prefix the length of the network's prefix in bits: 0 to 32, or to 128 for IPv6
 * @param gateway the address that the network is reached by, without a zone
 */
public record NetworkRoute(InetAddress target, int prefix, InetAddress gateway) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the prefix is out of bounds, or an address has a zone
   */
  public NetworkRoute {
    target = IpAddress.check("route target", target);
    gateway = IpAddress.check("gateway", gateway);
    IpAddress.checkPrefix("route", target, prefix);
  }

  static NetworkRoute parse(String text) {
    int percent = text.indexOf('%');
    if (percent < 0) {
      throw new IllegalArgumentException(
          "route '%s' has no gateway; write IP/PREFIX%%GATEWAY".formatted(text));
    }
    AddressPrefix target = AddressPrefix.parse(text.substring(0, percent));
    return new NetworkRoute(
        target.address(), target.prefix(), IpAddress.parse(text.substring(percent + 1)));
  }

  /** As in an option string: {@code 0.0.0.0/0%192.0.2.1}. */
  @Override
  public String toString() {
    return IpAddress.format(target) + "/" + prefix + "%" + IpAddress.format(gateway);
  }
}

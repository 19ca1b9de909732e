package org.libvirt.sandbox.builder;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.NetworkAddress;
import org.libvirt.sandbox.config.NetworkRoute;

/** The values of a launch record's items for one network interface. */
final class NetworkItems {
  private static final int MOST_INTERFACES = 100;
  private static final int DHCP = 1;
  private static final int IPV4_BYTES = 4;

  private final int number;
  private final Network network;

  NetworkItems(int number, Network network) {
    if (number < 0 || number >= MOST_INTERFACES) {
      throw new InvalidSandboxException(
          "network interface eth"
              + number
              + " is none; eth0 to eth"
              + (MOST_INTERFACES - 1)
              + " are");
    }
    this.number = number;
    this.network = network;
  }

  byte[] link() {
    return ByteBuffer.allocate(8).putInt(number).putInt(network.isDhcp() ? DHCP : 0).array();
  }

  List<byte[]> addresses() {
    return network.addresses().stream().map(this::address).toList();
  }

  List<byte[]> routes() {
    return network.routes().stream().map(this::route).toList();
  }

  private byte[] address(NetworkAddress address) {
    byte[] own = address.primary().getAddress();
    byte[] broadcast = address.broadcast().map(InetAddress::getAddress).orElse(new byte[0]);
    if (broadcast.length > 0 && (own.length != IPV4_BYTES || broadcast.length != IPV4_BYTES)) {
      throw new InvalidSandboxException(
          "network address '%s' cannot have that broadcast address; only IPv4 has one, of IPv4"
              .formatted(address));
    }
    return value(address.prefix(), own, broadcast);
  }

  private byte[] route(NetworkRoute route) {
    byte[] target = route.target().getAddress();
    byte[] gateway = route.gateway().getAddress();
    if (gateway.length < target.length) {
      throw new InvalidSandboxException(
          "network route '%s' leads by an IPv4 gateway to an IPv6 network; give one of IPv6"
              .formatted(route));
    }
    return value(route.prefix(), target, gateway);
  }

  private byte[] value(int prefix, byte[] first, byte[] second) {
    return ByteBuffer.allocate(8 + first.length + second.length)
        .putInt(number)
        .putInt(prefix)
        .put(first)
        .put(second)
        .array();
  }
}

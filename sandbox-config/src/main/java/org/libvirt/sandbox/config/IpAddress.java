package org.libvirt.sandbox.config;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The text of addresses of the Internet protocol: no name is ever resolved, and an IPv6 address
 * that holds an IPv4 one stays what it is.
 */
final class IpAddress {
  private static final Pattern LETTERS = Pattern.compile("[0-9a-fA-F:.]+");
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private IpAddress() {}

  /** The address that a text stands for. */
  static InetAddress parse(String text) {
    // Guava takes a zone too, and the digits of all scripts
    if (!LETTERS.matcher(text).matches() || !InetAddresses.isInetAddress(text)) {
      throw new IllegalArgumentException(
          "'%s' is no IP address; write one such as 192.0.2.1 or 2001:db8::1".formatted(text));
    }
    InetAddress address = InetAddresses.forString(text);
    // Guava makes an IPv4 address of ::ffff:1.2.3.4
    return address instanceof Inet4Address mapped && text.indexOf(':') >= 0
        ? ofBytes(mapping(mapped))
        : address;
  }

  /** The canonical text of an address, without a zone. */
  static String format(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == IPV6_BYTES && holdsIpv4(bytes)) {
      String prefix = bytes[10] == 0 ? "::" : "::ffff:";
      return prefix + lastFour(bytes).getHostAddress();
    }
    return InetAddresses.toAddrString(ofBytes(bytes));
  }

  /** Returns the address, if it is one without a zone: that means nothing in a sandbox. */
  static InetAddress check(String what, InetAddress address) {
    if (address instanceof Inet6Address six
        && (six.getScopeId() != 0 || six.getScopedInterface() != null)) {
      throw new IllegalArgumentException(
          "%s %s has a zone of this host; leave it out".formatted(what, address.getHostAddress()));
    }
    return ofBytes(address.getAddress()); // without a host name
  }

  /** Returns the length of a network's prefix, if the address is that long. */
  static int checkPrefix(String what, InetAddress address, int prefix) {
    int longest = 8 * address.getAddress().length;
    if (prefix < 0 || prefix > longest) {
      throw new IllegalArgumentException(
          "prefix %d of the %s %s is out of bounds; write 0 to %d"
              .formatted(prefix, what, format(address), longest));
    }
    return prefix;
  }

  private static InetAddress ofBytes(byte[] bytes) {
    try {
      return bytes.length == IPV6_BYTES
          ? Inet6Address.getByAddress(null, bytes, -1)
          : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of " + bytes.length + " bytes", e);
    }
  }

  private static byte[] mapping(Inet4Address address) {
    byte[] bytes = new byte[IPV6_BYTES];
    bytes[10] = (byte) 0xff;
    bytes[11] = (byte) 0xff;
    System.arraycopy(address.getAddress(), 0, bytes, IPV6_BYTES - IPV4_BYTES, IPV4_BYTES);
    return bytes;
  }

  /** Whether the system's inet_ntop writes the last four bytes as an IPv4 address. */
  private static boolean holdsIpv4(byte[] bytes) {
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    boolean mapped = bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    boolean compatible = bytes[10] == 0 && bytes[11] == 0 && (bytes[12] != 0 || bytes[13] != 0);
    return mapped || compatible;
  }

  private static InetAddress lastFour(byte[] bytes) {
    byte[] last = new byte[IPV4_BYTES];
    System.arraycopy(bytes, IPV6_BYTES - IPV4_BYTES, last, 0, IPV4_BYTES);
    return ofBytes(last);
  }
}

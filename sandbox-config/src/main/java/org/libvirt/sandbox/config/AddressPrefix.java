package org.libvirt.sandbox.config;

import java.net.InetAddress;

/** An address and the length of its network's prefix, {@code IP[/PREFIX]}. */
record AddressPrefix(InetAddress address, int prefix) {
  static AddressPrefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return new AddressPrefix(IpAddress.parse(text), NetworkAddress.DEFAULT_PREFIX);
    }
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "prefix '%s' of '%s' is no number; write 0 to 32, or to 128 for IPv6"
              .formatted(prefix, text));
    }
    return new AddressPrefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(prefix));
  }
}

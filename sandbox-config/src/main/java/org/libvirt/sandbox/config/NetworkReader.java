package org.libvirt.sandbox.config;

import java.net.InetAddress;
import java.util.List;

/** A network interface out of its group of a key file, and those below it. */
final class NetworkReader {
  private final Section section;

  NetworkReader(Section section) {
    this.section = section;
  }

  Network network() {
    Network.Builder network = Network.builder();
    section.value("dhcp", KeyFileValue::bool).ifPresent(network::dhcp);
    section.set("source", network::source);
    section.set("mac", network::mac);
    section.list("address").forEach(address -> network.address(address(address)));
    section.list("route").forEach(route -> network.route(route(route)));
    section.text("filter").ifPresent(name -> network.filter(filter(name)));
    return network.build();
  }

  private static NetworkAddress address(Section section) {
    InetAddress primary = address(section, "primary");
    int prefix = prefix(section);
    NetworkAddress address = section.at("prefix", () -> NetworkAddress.of(primary, prefix));
    return section.value("broadcast", text -> address.withBroadcast(ip(text))).orElse(address);
  }

  private static NetworkRoute route(Section section) {
    InetAddress target = address(section, "target");
    InetAddress gateway = address(section, "gateway");
    int prefix = prefix(section);
    return section.at("prefix", () -> new NetworkRoute(target, prefix, gateway));
  }

  private static InetAddress address(Section section, String key) {
    return section
        .value(key, NetworkReader::ip)
        .orElseThrow(() -> section.refused(key, "is missing; write an IP address"));
  }

  private static InetAddress ip(String escaped) {
    return IpAddress.parse(KeyFileValue.unescape(escaped));
  }

  private static int prefix(Section section) {
    return section.value("prefix", KeyFileValue::prefix).orElse(NetworkAddress.DEFAULT_PREFIX);
  }

  private NetworkFilter filter(String name) {
    NetworkFilter filter = section.at("filter", () -> NetworkFilter.of(name));
    List<String> names = section.texts("filter.name");
    for (int i = 0; i < names.size(); i++) {
      String key = "filter.value." + i;
      String parameter = names.get(i);
      String value = section.required(key, "the value of the filter's parameter");
      NetworkFilter before = filter;
      section.at("filter.name." + i, () -> before.withParameter(parameter, ""));
      filter = section.at(key, () -> before.withParameter(parameter, value));
    }
    return filter;
  }
}

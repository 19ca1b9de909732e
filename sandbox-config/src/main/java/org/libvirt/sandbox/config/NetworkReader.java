package org.libvirt.sandbox.config;

import java.net.InetAddress;
import java.util.ArrayList;
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
    List<NetworkFilter.Parameter> parameters = new ArrayList<>();
    for (String parameter : section.texts("filter.name")) {
      parameters.add(parameter(parameter, parameters.size()));
    }
    return section.at("filter", () -> new NetworkFilter(name, parameters));
  }

  private NetworkFilter.Parameter parameter(String name, int number) {
    String key = "filter.value." + number;
    String value = section.required(key, "the value of the filter's parameter");
    section.at("filter.name." + number, () -> new NetworkFilter.Parameter(name, "0"));
    return section.at(key, () -> new NetworkFilter.Parameter(name, value));
  }
}

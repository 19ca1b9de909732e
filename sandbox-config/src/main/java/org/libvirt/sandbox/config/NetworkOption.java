package org.libvirt.sandbox.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The option string of a network interface: words and assignments, separated by commas. */
final class NetworkOption {
  private static final String PARAMETER = "filter.";

  private final String option;
  private final Network.Builder network = Network.builder().dhcp(false);
  private final List<Map.Entry<String, String>> parameters = new ArrayList<>();
  private @Nullable String filter;
  private boolean dhcp;
  private boolean addresses;
  private boolean routes;

  NetworkOption(String option) {
    this.option = option;
  }

  Network network() {
    if (!option.isEmpty()) {
      for (String token : option.split(",", -1)) {
        read(token);
      }
    }
    if (routes && !addresses) {
      throw refused("has a route but no address; add address=IP/PREFIX");
    }
    if (filter != null) {
      network.filter(
          new NetworkFilter(
              filter,
              parameters.stream()
                  .map(given -> new NetworkFilter.Parameter(given.getKey(), given.getValue()))
                  .toList()));
    }
    return network.build();
  }

  private void read(String token) {
    int equals = token.indexOf('=');
    String value = token.substring(equals + 1);
    if (token.startsWith(PARAMETER)) {
      readParameter(token, equals, value);
      return;
    }
    switch (equals < 0 ? token : token.substring(0, equals + 1)) {
      case "dhcp" -> readDhcp();
      case "source=" -> network.source(value);
      case "mac=" -> network.mac(value);
      case "address=" -> readAddress(value);
      case "route=" -> readRoute(value);
      case "filter=" -> filter = NetworkFilter.of(value).name();
      default ->
          throw refused(
              ("holds '%s', which is not known; write dhcp, source=, mac=, address=, route=,"
                      + " filter= or filter.KEY=")
                  .formatted(token));
    }
  }

  private void readDhcp() {
    if (addresses || routes) {
      throw refused("asks for DHCP beside addresses or routes; write either");
    }
    dhcp = true;
    network.dhcp(true);
  }

  private void readAddress(String value) {
    if (dhcp) {
      throw refused("has an address beside DHCP; write either");
    }
    network.address(NetworkAddress.parse(value));
    addresses = true;
  }

  private void readRoute(String value) {
    if (dhcp) {
      throw refused("has a route beside DHCP; write either");
    }
    network.route(NetworkRoute.parse(value));
    routes = true;
  }

  private void readParameter(String token, int equals, String value) {
    if (equals <= PARAMETER.length()) {
      throw refused("holds '%s', which assigns nothing; write filter.KEY=VALUE".formatted(token));
    }
    String name = token.substring(PARAMETER.length(), equals).toUpperCase(Locale.ROOT);
    parameters.add(Map.entry(name, value));
  }

  private IllegalArgumentException refused(String problem) {
    return new IllegalArgumentException("network '%s' %s".formatted(option, problem));
  }

  /** The option string of an interface. */
  static String of(Network network) {
    List<String> tokens = new ArrayList<>();
    if (network.isDhcp()) {
      tokens.add("dhcp");
    }
    network.source().ifPresent(source -> tokens.add("source=" + source));
    network.mac().ifPresent(mac -> tokens.add("mac=" + mac));
    network.addresses().forEach(address -> tokens.add("address=" + address));
    network.routes().forEach(route -> tokens.add("route=" + route));
    network.filter().ifPresent(filter -> addFilter(tokens, filter));
    String option = String.join(",", tokens);
    if (!saysTheSame(option, network)) {
      throw new IllegalStateException("no option string can say " + network);
    }
    return option;
  }

  private static void addFilter(List<String> tokens, NetworkFilter filter) {
    tokens.add("filter=" + filter.name());
    filter
        .parameters()
        .forEach(parameter -> tokens.add(PARAMETER + parameter.name() + "=" + parameter.value()));
  }

  private static boolean saysTheSame(String option, Network network) {
    try {
      return Network.parse(option).equals(network);
    } catch (IllegalArgumentException e) {
      return false; // a combination that only files and the builder have
    }
  }
}

package org.libvirt.sandbox.config;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network interface of a sandbox. Without any, a sandbox has nothing but its own loopback.
 *
 * <p>The option string is a list of these, separated by commas, each exactly as written here; the
 * empty string is an interface that is left unconfigured:
 *
 * <ul>
 *   <li>{@code dhcp}: a DHCP server gives the address; not together with the next two;
 *   <li>{@code address=IP[/PREFIX][%BROADCAST]}: an address, any number of them;
 *   <li>{@code route=IP[/PREFIX]%GATEWAY}: a route, any number of them, if there is an address;
 *   <li>{@code source=NAME}: the network of libvirt that the interface is on, by default {@code
 *       default} for a container and user-mode networking for a machine;
 *   <li>{@code mac=ADDRESS}: the interface's own address, by default one that libvirt chooses;
 *   <li>{@code filter=NAME}: a filter of libvirt, and {@code filter.KEY=VALUE} a parameter of it,
 *       whose key becomes upper case; without {@code filter=} parameters count for nothing.
 * </ul>
 *
 * <p>{@link #parse} reads it and {@link #toOption()} gives it. Of a repeated {@code source}, {@code
 * mac} or {@code filter} the last counts.
 */
public final class Network {
  private final boolean dhcp;
  private final @Nullable String source;
  private final @Nullable String mac;
  private final List<NetworkAddress> addresses;
  private final List<NetworkRoute> routes;
  private final @Nullable NetworkFilter filter;

  private Network(Builder builder) {
    dhcp = builder.dhcp;
    source = builder.source;
    mac = builder.mac;
    addresses = List.copyOf(builder.addresses);
    routes = List.copyOf(builder.routes);
    filter = builder.filter;
  }

  /**
   * An interface to be described, that a DHCP server configures.
   *
   * @return a builder with DHCP on, and nothing else
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads an option string.
   *
   * @param option as above
   * @return the interface
   * @throws IllegalArgumentException if it is no such string; the message holds the part that is
   *     wrong
   */
  public static Network parse(String option) {
    return new NetworkOption(option).network();
  }

  /**
   * The option string of this interface.
   *
   * @return what {@link #parse} makes an equal interface of
   * @throws IllegalStateException if no option string stands for it: it has DHCP together with
   *     addresses or routes, routes without an address, a parameter whose name is not upper case,
   *     or a source with a comma
   */
  public String toOption() {
    return NetworkOption.of(this);
  }

  /**
   * A builder that holds what this interface holds.
   *
   * @return a builder of its own
   */
  public Builder toBuilder() {
    Builder builder = new Builder().dhcp(dhcp);
    builder.source = source;
    builder.mac = mac;
    builder.addresses.addAll(addresses);
    builder.routes.addAll(routes);
    builder.filter = filter;
    return builder;
  }

  /**
   * Whether a DHCP server configures the interface.
   *
   * @return true if one does; addresses and routes then come on top
   */
  public boolean isDhcp() {
    return dhcp;
  }

  /**
   * The network of libvirt that the interface is on.
   *
   * @return its name; empty for the default
   */
  public Optional<String> source() {
    return Optional.ofNullable(source);
  }

  /**
   * The interface's own address.
   *
   * @return six bytes in hexadecimal with colons, as given; empty where libvirt is to choose
   */
  public Optional<String> mac() {
    return Optional.ofNullable(mac);
  }

  /**
   * The addresses that the interface gets.
   *
   * @return an unmodifiable list
   */
  public List<NetworkAddress> addresses() {
    return addresses;
  }

  /**
   * The routes by this interface.
   *
   * @return an unmodifiable list
   */
  public List<NetworkRoute> routes() {
    return routes;
  }

  /**
   * The filter that the interface's packets pass.
   *
   * @return the filter; empty for none
   */
  public Optional<NetworkFilter> filter() {
    return Optional.ofNullable(filter);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Network that
        && dhcp == that.dhcp
        && Objects.equals(source, that.source)
        && Objects.equals(mac, that.mac)
        && addresses.equals(that.addresses)
        && routes.equals(that.routes)
        && Objects.equals(filter, that.filter);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dhcp, source, mac, addresses, routes, filter);
  }

  @Override
  public String toString() {
    return "Network[dhcp=%s, source=%s, mac=%s, addresses=%s, routes=%s, filter=%s]"
        .formatted(dhcp, source, mac, addresses, routes, filter);
  }

  /** A network interface in the making. It is not safe for use by several threads. */
  public static final class Builder {
    // libvirt's own pattern: the lowest bit of the first byte would make it a group's address
    private static final Pattern MAC =
        Pattern.compile("\\p{XDigit}[02468aAcCeE](:\\p{XDigit}{2}){5}");

    private boolean dhcp = true;
    private @Nullable String source;
    private @Nullable String mac;
    private final List<NetworkAddress> addresses = new ArrayList<>();
    private final List<NetworkRoute> routes = new ArrayList<>();
    private @Nullable NetworkFilter filter;

    private Builder() {}

    /**
     * Sets whether a DHCP server configures the interface.
     *
     * @param dhcp true for DHCP; false for the addresses given here, or none
     * @return this builder
     */
    public Builder dhcp(boolean dhcp) {
      this.dhcp = dhcp;
      return this;
    }

    /**
     * Sets the network of libvirt that the interface is on.
     *
     * @param source its name, not empty
     * @return this builder
     * @throws IllegalArgumentException if it is empty, or holds {@code /} or a control character
     */
    public Builder source(String source) {
      Text.ofOneLine("network source", source);
      if (source.isEmpty() || source.indexOf('/') >= 0) {
        throw new IllegalArgumentException(
            "network source '%s' is no name; write that of a network, such as 'default'"
                .formatted(source));
      }
      this.source = source;
      return this;
    }

    /**
     * Sets the interface's own address.
     *
     * @param mac six bytes in hexadecimal with colons, not a group's address
     * @return this builder
     * @throws IllegalArgumentException if it is none of this
     */
    public Builder mac(String mac) {
      if (!MAC.matcher(mac).matches()) {
        throw new IllegalArgumentException(
            "MAC address '%s' is not that of an interface; write one like 52:54:00:12:34:56"
                .formatted(mac));
      }
      this.mac = mac;
      return this;
    }

    /**
     * Adds an address.
     *
     * @param address the address
     * @return this builder
     */
    public Builder address(NetworkAddress address) {
      addresses.add(requireNonNull(address, "address"));
      return this;
    }

    /**
     * Adds a route.
     *
     * @param route the route
     * @return this builder
     */
    public Builder route(NetworkRoute route) {
      routes.add(requireNonNull(route, "route"));
      return this;
    }

    /**
     * Sets the filter that the interface's packets pass.
     *
     * @param filter the filter
     * @return this builder
     */
    public Builder filter(NetworkFilter filter) {
      this.filter = requireNonNull(filter, "filter");
      return this;
    }

    /**
     * The interface. The builder can be used further without changing it.
     *
     * @return an immutable value
     */
    public Network build() {
      return new Network(this);
    }
  }
}

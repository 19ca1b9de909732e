package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network interface of a domain.
 *
 * <p>The methods that add something return a new value:
 *
 * <pre>{@code
 * Interface.network("default")
 *     .mac("52:54:00:00:00:01")
 *     .model("virtio")
 *     .filter(FilterReference.to("clean-traffic").parameter("IP", "192.0.2.7"))
 * }</pre>
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"source", "mac", "target", "model", "filter"})
public final class Interface implements Device {
  // The second digit is even: libvirt takes no multicast address.
  private static final Pattern MAC =
      Pattern.compile("[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}");

  private static final Pattern TARGET = Pattern.compile("(?!veth|vnet)[0-9a-zA-Z]{1,15}");

  @XmlAttribute private @Nullable String type;
  private @Nullable Source source;
  private @Nullable Mac mac;
  private @Nullable Target target;
  private @Nullable Model model;

  @XmlElement(name = "filterref")
  private @Nullable FilterReference filter;

  private Interface() {}

  private Interface(Interface from) {
    type = from.type;
    source = from.source;
    mac = from.mac;
    target = from.target;
    model = from.model;
    filter = from.filter;
  }

  /**
   * An interface to one of libvirt's virtual networks.
   *
   * @param network the network's name
   * @return an interface whose address libvirt chooses
   * @throws IllegalArgumentException if the name is empty, holds a line break, or XML cannot hold
   *     it
   */
  public static Interface network(String network) {
    Interface device = new Interface();
    device.type = "network";
    device.source = new Source(XmlText.ofOneLine("network name", network));
    return device;
  }

  /**
   * A machine's interface whose packets the hypervisor's process sends as its own; it needs no
   * network of libvirt's. Containers have none of this kind.
   *
   * @return an interface whose address libvirt chooses
   */
  public static Interface user() {
    Interface device = new Interface();
    device.type = "user";
    return device;
  }

  /**
   * This interface with a hardware address.
   *
   * @param address six pairs of hexadecimal digits with colons between them, not multicast
   * @return a new interface
   * @throws IllegalArgumentException if it is no such address
   */
  public Interface mac(String address) {
    if (!MAC.matcher(address).matches()) {
      throw new IllegalArgumentException(
          "hardware address '%s' is none of a single interface; write one such as 52:54:00:12:34:56"
              .formatted(XmlText.printable(address)));
    }
    Interface device = new Interface(this);
    device.mac = new Mac(address);
    return device;
  }

  /**
   * This interface with a name for its other end, on the host. A container's needs one if it has a
   * filter: libvirt 9.0 looks for the name before it has chosen one.
   *
   * @param name 1 to 15 letters and digits that begin neither with {@code veth} nor with {@code
   *     vnet}, which are libvirt's own
   * @return a new interface
   * @throws IllegalArgumentException if it is no such name
   */
  public Interface target(String name) {
    if (!TARGET.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name for the host's end of an interface; write 1 to 15 letters and digits"
              .formatted(XmlText.printable(name)));
    }
    Interface device = new Interface(this);
    device.target = new Target(name);
    return device;
  }

  /**
   * This interface as a given model of a network card.
   *
   * @param model libvirt's name of the model, such as {@code virtio}
   * @return a new interface
   * @throws IllegalArgumentException if the name is empty or XML cannot hold it
   */
  public Interface model(String model) {
    Interface device = new Interface(this);
    device.model = new Model(XmlText.required("interface model", model));
    return device;
  }

  /**
   * This interface with a filter on its packets.
   *
   * @param filter the filter and its parameters
   * @return a new interface
   */
  public Interface filter(FilterReference filter) {
    Interface device = new Interface(this);
    device.filter = filter;
    return device;
  }

  /**
   * The kind of the interface.
   *
   * @return libvirt's word, such as {@code network} or {@code user}
   */
  public String type() {
    return type == null ? "" : type;
  }

  /**
   * The virtual network.
   *
   * @return its name as the XML has it; empty where the interface names none
   */
  public Optional<String> network() {
    return Optional.ofNullable(source).map(known -> known.network);
  }

  /**
   * The hardware address.
   *
   * @return the address; empty where libvirt is to choose
   */
  public Optional<String> mac() {
    return Optional.ofNullable(mac).map(known -> known.address);
  }

  /**
   * The model of the network card.
   *
   * @return libvirt's name of it; empty where libvirt is to choose
   */
  public Optional<String> model() {
    return Optional.ofNullable(model).map(known -> known.type);
  }

  /**
   * The name of its other end, on the host.
   *
   * @return the name; empty where libvirt is to choose
   */
  public Optional<String> target() {
    return Optional.ofNullable(target).map(known -> known.dev);
  }

  /**
   * The filter on its packets.
   *
   * @return the filter and its parameters; empty where there is none
   */
  public Optional<FilterReference> filter() {
    return Optional.ofNullable(filter);
  }

  /** What the interface is plugged into. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Source {
    @XmlAttribute private @Nullable String network;

    @SuppressWarnings("unused") // JAXB's.
    private Source() {}

    private Source(String network) {
      this.network = network;
    }
  }

  /** The hardware address, as an element. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Mac {
    @XmlAttribute private @Nullable String address;

    @SuppressWarnings("unused") // JAXB's.
    private Mac() {}

    private Mac(String address) {
      this.address = address;
    }
  }

  /** The host's end, as an element. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Target {
    @XmlAttribute private @Nullable String dev;

    @SuppressWarnings("unused") // JAXB's.
    private Target() {}

    private Target(String dev) {
      this.dev = dev;
    }
  }

  /** The model, as an element. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Model {
    @XmlAttribute private @Nullable String type;

    @SuppressWarnings("unused") // JAXB's.
    private Model() {}

    private Model(String type) {
      this.type = type;
    }
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlType;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A byte channel between a machine and its host: a virtio port with a name inside, a Unix-domain
 * socket that the hypervisor listens at outside. Unlike a virtio console it loses nothing.
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"source", "target"})
public final class Channel implements Device {
  @XmlAttribute private @Nullable String type;
  private @Nullable Source source;
  private @Nullable Target target;

  private Channel() {}

  private Channel(@Nullable Source source, String name) {
    this.type = "unix";
    this.source = source;
    this.target = new Target(XmlText.ofOneLine("channel name", name));
  }

  /**
   * A channel whose socket libvirt places; {@code virDomainOpenChannel} and the XML of the running
   * machine lead to it.
   *
   * @param name the port's name in the machine, such as {@code org.libvirt.sandbox.0}
   * @return a channel
   * @throws IllegalArgumentException if the name is empty, holds a line break, or XML cannot hold
   *     it
   */
  public static Channel unix(String name) {
    return new Channel(null, name);
  }

  /**
   * A channel whose socket is at a given path.
   *
   * @param name the port's name in the machine, such as {@code org.libvirt.sandbox.0}
   * @param socket the absolute path on the host at which the hypervisor listens
   * @return a channel
   * @throws IllegalArgumentException if the name is empty, the path is not absolute, one of them
   *     holds a line break, or XML cannot hold it
   */
  public static Channel unix(String name, Path socket) {
    return new Channel(new Source(XmlText.absolute("channel socket", socket.toString())), name);
  }

  /**
   * The kind of the host's end.
   *
   * @return libvirt's word, such as {@code unix}
   */
  public String type() {
    return type == null ? "" : type;
  }

  /**
   * The port's name in the machine.
   *
   * @return the name; empty where the XML has none
   */
  public Optional<String> name() {
    return Optional.ofNullable(target).map(known -> known.name);
  }

  /**
   * The socket on libvirt's host.
   *
   * @return its absolute path; empty where it was left to libvirt and libvirt has not told it
   */
  public Optional<String> socket() {
    return Optional.ofNullable(source).map(known -> known.path);
  }

  /** The host's end. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  @SuppressWarnings("unused") // JAXB reads the fields.
  private static final class Source {
    @XmlAttribute private @Nullable String mode;
    @XmlAttribute private @Nullable String path;

    private Source() {}

    private Source(String path) {
      this.mode = "bind";
      this.path = path;
    }
  }

  /** The machine's end. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  @SuppressWarnings("unused") // JAXB reads the fields.
  private static final class Target {
    @XmlAttribute private @Nullable String type;
    @XmlAttribute private @Nullable String name;

    private Target() {}

    private Target(String name) {
      this.type = "virtio";
      this.name = name;
    }
  }
}

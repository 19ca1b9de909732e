package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A console of a domain: a terminal inside it whose other end libvirt has. */
@XmlAccessorType(XmlAccessType.FIELD)
public final class Console implements Device {
  @XmlAttribute private @Nullable String type;
  @XmlAttribute private @Nullable String tty;

  @XmlElement private @Nullable Source source;
  @XmlElement private @Nullable Target target;

  private Console() {}

  private Console(@Nullable Target target) {
    this.type = "pty";
    this.target = target;
  }

  /**
   * A console whose other end is a pseudo-terminal of the host, of the kind that the hypervisor has
   * by default: the only one for a container.
   *
   * @return a console
   */
  public static Console pty() {
    return new Console(null);
  }

  /**
   * A machine's console on its serial line ({@code ttyS0} for Linux), with a pseudo-terminal of the
   * host at the other end.
   *
   * @return a console
   */
  public static Console serial() {
    return new Console(new Target("serial"));
  }

  /**
   * A machine's virtio console ({@code hvc0} for Linux), with a pseudo-terminal of the host at the
   * other end. It loses bytes under load.
   *
   * @return a console
   */
  public static Console virtio() {
    return new Console(new Target("virtio"));
  }

  /**
   * The kind of the other end.
   *
   * @return libvirt's word, such as {@code pty}
   */
  public String type() {
    return type == null ? "pty" : type;
  }

  /**
   * The kind of the terminal inside the domain.
   *
   * @return libvirt's word, such as {@code serial}, {@code virtio} or {@code lxc}; empty for the
   *     hypervisor's default
   */
  public Optional<String> targetType() {
    return Optional.ofNullable(target).map(known -> known.type);
  }

  /**
   * The pseudo-terminal of the host, of a domain that runs.
   *
   * @return its path on libvirt's host; empty where libvirt has not told it
   */
  public Optional<String> tty() {
    // libvirt has the attribute for the first console only
    return Optional.ofNullable(tty).or(() -> Optional.ofNullable(source).map(known -> known.path));
  }

  /** The other end of a console of a domain that runs. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Source {
    @XmlAttribute private @Nullable String path;

    @SuppressWarnings("unused") // JAXB's.
    private Source() {}
  }

  /** What the console is inside the domain. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Target {
    @XmlAttribute private @Nullable String type;

    @SuppressWarnings("unused") // JAXB's.
    private Target() {}

    private Target(String type) {
      this.type = type;
    }
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A serial line of a machine. The first one is the first console as well. */
@XmlAccessorType(XmlAccessType.FIELD)
public final class Serial implements Device {
  @XmlAttribute private @Nullable String type;
  private @Nullable Source source;

  private Serial() {}

  /**
   * A serial line whose other end is a pseudo-terminal of the host.
   *
   * @return a serial line
   */
  public static Serial pty() {
    Serial serial = new Serial();
    serial.type = "pty";
    return serial;
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
   * The pseudo-terminal of the host, of a machine that runs.
   *
   * @return its path on libvirt's host; empty where libvirt has not told it
   */
  public Optional<String> tty() {
    return Optional.ofNullable(source).map(known -> known.path);
  }

  /** The other end, which libvirt tells. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Source {
    @XmlAttribute private @Nullable String path;
  }
}

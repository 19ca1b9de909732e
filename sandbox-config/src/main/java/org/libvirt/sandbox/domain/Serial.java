package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlType;
import java.nio.file.Path;
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
   * A serial line that is written to a file of the host, which libvirt makes.
   *
   * @param file the file's absolute path on libvirt's host
   * @return a serial line
   * @throws IllegalArgumentException if the path is not absolute, holds a line break, or XML cannot
   *     hold it
   */
  public static Serial file(Path file) {
    Serial serial = new Serial();
    serial.type = "file";
    serial.source = new Source();
    serial.source.path = XmlText.absolute("serial log", file.toString());
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
    return Optional.ofNullable(source)
        .filter(known -> type().equals("pty"))
        .map(known -> known.path);
  }

  /** The other end, which libvirt tells of a pseudo-terminal. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Source {
    @XmlAttribute private @Nullable String path;
  }
}

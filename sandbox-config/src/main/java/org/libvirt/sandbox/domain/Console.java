package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A console of a domain: a terminal inside it whose other end libvirt has. */
@XmlAccessorType(XmlAccessType.FIELD)
public final class Console {
  @XmlAttribute private @Nullable String type;
  @XmlAttribute private @Nullable String tty;

  private Console() {}

  /**
   * A console whose other end is a pseudo-terminal of the host.
   *
   * @return a console
   */
  public static Console pty() {
    Console console = new Console();
    console.type = "pty";
    return console;
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
   * The pseudo-terminal of the host, of a domain that runs.
   *
   * @return its path on libvirt's host; empty where libvirt has not told it
   */
  public Optional<String> tty() {
    return Optional.ofNullable(tty);
  }
}

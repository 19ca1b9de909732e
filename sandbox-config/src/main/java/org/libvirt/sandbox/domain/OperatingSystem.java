package org.libvirt.sandbox.domain;

import static java.util.Objects.requireNonNull;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.bind.annotation.XmlValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a domain boots: for a container, the program that is its first process. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"type", "init", "initArguments"})
public final class OperatingSystem {
  private Type type;
  private @Nullable String init;

  @XmlElement(name = "initarg")
  private List<String> initArguments;

  @SuppressWarnings("NullAway.Init") // JAXB fills the rest.
  private OperatingSystem() {
    initArguments = new ArrayList<>();
  }

  private OperatingSystem(Type type, String init, List<String> initArguments) {
    this.type = type;
    this.init = init;
    this.initArguments = initArguments;
  }

  /**
   * What a container boots.
   *
   * @param architecture libvirt's name of the architecture, such as {@code x86_64}
   * @param init the absolute path, inside the container, of its first process
   * @param arguments what the first process is given after its own path; libvirt takes no empty one
   * @return an operating system of type {@code exe}
   * @throws IllegalArgumentException if a text is empty or cannot be held by XML, or the path is
   *     not absolute
   */
  public static OperatingSystem container(
      String architecture, String init, List<String> arguments) {
    return new OperatingSystem(
        new Type(XmlText.required("architecture", architecture), "exe"),
        XmlText.absolute("init", init),
        arguments.stream().map(text -> XmlText.required("init argument", text)).toList());
  }

  /**
   * The architecture.
   *
   * @return libvirt's name of it, such as {@code x86_64}; empty where the XML names none
   */
  public Optional<String> architecture() {
    return Optional.ofNullable(type.architecture);
  }

  /**
   * The type of what is booted.
   *
   * @return {@code exe} for a container
   */
  public String type() {
    return requireNonNull(type.name, "type");
  }

  /**
   * A container's first process.
   *
   * @return an absolute path inside the container; empty for what is no container
   */
  public Optional<String> init() {
    return Optional.ofNullable(init);
  }

  /**
   * What the first process is given after its own path.
   *
   * @return an unmodifiable list, possibly empty
   */
  public List<String> initArguments() {
    return List.copyOf(initArguments);
  }

  /** The type of what is booted, and for which architecture. */
  @XmlAccessorType(XmlAccessType.FIELD)
  private static final class Type {
    @XmlAttribute(name = "arch")
    private @Nullable String architecture;

    @XmlValue private @Nullable String name;

    private Type() {}

    private Type(String architecture, String name) {
      this.architecture = architecture;
      this.name = name;
    }
  }
}

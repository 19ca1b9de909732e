package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.bind.annotation.XmlValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a domain boots: a container the program that is its first process, a machine a kernel of the
 * host's.
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"type", "init", "initArguments", "kernel", "initrd", "commandLine"})
public final class OperatingSystem {
  private @Nullable Type type;
  private @Nullable String init;

  @XmlElement(name = "initarg")
  private List<String> initArguments;

  private @Nullable String kernel;
  private @Nullable String initrd;

  @XmlElement(name = "cmdline")
  private @Nullable String commandLine;

  private OperatingSystem() {
    initArguments = new ArrayList<>();
  }

  private OperatingSystem(Type type) {
    this.type = type;
    this.initArguments = List.of();
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
    OperatingSystem container = new OperatingSystem(Type.of(architecture, "exe"));
    container.init = XmlText.absolute("init", init);
    container.initArguments =
        arguments.stream().map(text -> XmlText.required("init argument", text)).toList();
    return container;
  }

  /**
   * What a machine boots.
   *
   * @param architecture libvirt's name of the architecture, such as {@code x86_64}
   * @param kernel the kernel's absolute path on the host
   * @param initrd the absolute path, on the host, of the kernel's initial RAM disk
   * @param commandLine the kernel's command line, kept as it is
   * @return an operating system of type {@code hvm}, on the machine type that libvirt chooses
   * @throws IllegalArgumentException if the architecture is empty, a path is not absolute, or a
   *     text holds a line break or cannot be held by XML
   */
  public static OperatingSystem machine(
      String architecture, Path kernel, Path initrd, String commandLine) {
    OperatingSystem machine = new OperatingSystem(Type.of(architecture, "hvm"));
    machine.kernel = XmlText.absolute("kernel", kernel.toString());
    machine.initrd = XmlText.absolute("initial RAM disk", initrd.toString());
    machine.commandLine = XmlText.optionalOfOneLine("kernel command line", commandLine);
    return machine;
  }

  /**
   * This operating system on a machine of a given type.
   *
   * @param machineType libvirt's name of the type, such as {@code q35}
   * @return a new operating system
   * @throws IllegalArgumentException if the name is empty or XML cannot hold it
   */
  public OperatingSystem machineType(String machineType) {
    OperatingSystem changed = new OperatingSystem();
    changed.type = knownType().machine(XmlText.required("machine type", machineType));
    changed.init = init;
    changed.initArguments = initArguments;
    changed.kernel = kernel;
    changed.initrd = initrd;
    changed.commandLine = commandLine;
    return changed;
  }

  /**
   * The architecture.
   *
   * @return libvirt's name of it, such as {@code x86_64}; empty where the XML names none
   */
  public Optional<String> architecture() {
    return Optional.ofNullable(type).map(known -> known.architecture);
  }

  /**
   * The type of the machine.
   *
   * @return libvirt's name of it, such as {@code q35}; empty where libvirt is to choose
   */
  public Optional<String> machineType() {
    return Optional.ofNullable(type).map(known -> known.machine);
  }

  /**
   * The type of what is booted.
   *
   * @return {@code exe} for a container, {@code hvm} for a machine; empty where the XML has none
   */
  public String type() {
    return type == null || type.name == null ? "" : type.name;
  }

  /**
   * A container's first process.
   *
   * @return an absolute path inside the container; empty for a machine
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

  /**
   * A machine's kernel.
   *
   * @return its path on libvirt's host; empty where there is none
   */
  public Optional<String> kernel() {
    return Optional.ofNullable(kernel);
  }

  /**
   * The initial RAM disk of a machine's kernel.
   *
   * @return its path on libvirt's host; empty where there is none
   */
  public Optional<String> initrd() {
    return Optional.ofNullable(initrd);
  }

  /**
   * The command line of a machine's kernel.
   *
   * @return the line as it was given, possibly without a character; empty where there is none
   */
  public Optional<String> commandLine() {
    return Optional.ofNullable(commandLine);
  }

  private Type knownType() {
    return type == null ? new Type() : type;
  }

  /** The type of what is booted, and for which architecture. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Type {
    @XmlAttribute(name = "arch")
    private @Nullable String architecture;

    @XmlAttribute private @Nullable String machine;
    @XmlValue private @Nullable String name;

    private Type() {}

    private static Type of(String architecture, String name) {
      Type type = new Type();
      type.architecture = XmlText.required("architecture", architecture);
      type.name = name;
      return type;
    }

    private Type machine(String machineType) {
      Type changed = new Type();
      changed.architecture = architecture;
      changed.machine = machineType;
      changed.name = name;
      return changed;
    }
  }
}

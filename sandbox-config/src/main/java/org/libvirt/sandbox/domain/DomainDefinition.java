package org.libvirt.sandbox.domain;

import static java.util.Objects.requireNonNull;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElements;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A domain as libvirt can be asked to create it: the value behind libvirt's domain XML.
 *
 * <p>What is not set is left to libvirt. An example:
 *
 * <pre>{@code
 * String xml =
 *     DomainDefinition.builder("lxc")
 *         .name("sandbox")
 *         .memory(512L << 20)
 *         .operatingSystem(OperatingSystem.container("x86_64", "/dev/sandbox/init", List.of()))
 *         .features(Features.none().privateNetwork())
 *         .filesystem(Filesystem.mount(Path.of("/"), "/").readOnly())
 *         .console(Console.pty())
 *         .build()
 *         .toXml();
 * }</pre>
 *
 * <p>Reading and writing XML takes some 0.3 seconds the first time in a JVM, and next to nothing
 * then; {@link #warmUp()} spends them elsewhere. Two definitions are equal if their XML is.
 */
@XmlRootElement(name = "domain")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
    propOrder = {
      "name",
      "uuid",
      "memory",
      "memoryBacking",
      "vcpu",
      "cpuTuning",
      "onPowerOff",
      "onReboot",
      "onCrash",
      "systemAndFeatures",
      "cpu",
      "devices",
      "securityLabels"
    })
public final class DomainDefinition {
  private static final String CONTAINER = "lxc";

  @XmlAttribute private @Nullable String type;
  private @Nullable String name;
  private @Nullable String uuid;
  private @Nullable Memory memory;
  private @Nullable MemoryBacking memoryBacking;
  private @Nullable Integer vcpu;

  @XmlElement(name = "cputune")
  private @Nullable CpuTuning cpuTuning;

  @XmlElement(name = "on_poweroff")
  private @Nullable LifecycleAction onPowerOff;

  @XmlElement(name = "on_reboot")
  private @Nullable LifecycleAction onReboot;

  @XmlElement(name = "on_crash")
  private @Nullable LifecycleAction onCrash;

  // At most one of each: the features come first in a container, the system in a machine.
  @XmlElements({
    @XmlElement(name = "features", type = Features.class),
    @XmlElement(name = "os", type = OperatingSystem.class)
  })
  private List<Object> systemAndFeatures;

  private @Nullable Cpu cpu;
  private @Nullable Devices devices;

  @XmlElement(name = "seclabel")
  private List<SecurityLabel> securityLabels;

  @SuppressWarnings("unused") // JAXB's.
  private DomainDefinition() {
    systemAndFeatures = new ArrayList<>();
    securityLabels = new ArrayList<>();
  }

  private DomainDefinition(Builder builder) {
    type = builder.type;
    name = builder.name;
    uuid = builder.uuid;
    memory = builder.memory;
    memoryBacking = builder.memoryBacking;
    vcpu = builder.vcpu;
    cpuTuning = builder.cpuTuning;
    onPowerOff = builder.onPowerOff;
    onReboot = builder.onReboot;
    onCrash = builder.onCrash;
    systemAndFeatures =
        (builder.type.equals(CONTAINER)
                ? Stream.of(builder.features, builder.operatingSystem)
                : Stream.of(builder.operatingSystem, builder.features))
            .filter(Objects::nonNull)
            .toList();
    cpu = builder.cpu;
    devices = new Devices(builder.devices);
    securityLabels = List.copyOf(builder.securityLabels);
  }

  /**
   * A definition to be filled.
   *
   * @param type libvirt's name of the hypervisor: {@code lxc}, {@code kvm} or {@code qemu}
   * @return a builder without a name
   * @throws IllegalArgumentException if the type is empty or XML cannot hold it
   */
  public static Builder builder(String type) {
    return new Builder(XmlText.required("domain type", type));
  }

  /**
   * Reads what libvirt gives back for a domain, passing over what is not modelled here.
   *
   * @param xml libvirt's domain XML
   * @return a definition
   * @throws IllegalArgumentException if it is not well formed, is no domain, or has a document
   *     type, a UUID that is none or an amount of memory in a unit that is none
   */
  public static DomainDefinition parse(String xml) {
    DomainDefinition domain = XmlBinding.read(DomainDefinition.class, xml);
    if (domain.type == null || domain.name == null) {
      throw new IllegalArgumentException("domain XML without a type or without a name");
    }
    domain.requireReadable();
    // Built again, so that what was read has the order that what is built here has.
    return new DomainDefinition(domain.toBuilder());
  }

  // What would throw when it is asked for is refused here, where it is given.
  private void requireReadable() {
    uuid();
    memory();
    filesystems().forEach(Filesystem::size);
  }

  /**
   * Does the work of the first reading or writing of XML in this JVM, so that a later one is quick.
   * Meant for a thread beside the one that connects to libvirt; calls after the first do nothing.
   */
  public static void warmUp() {
    XmlBinding.warmUp();
  }

  /**
   * The XML for libvirt.
   *
   * @return elements indented by two blanks a level, without an XML declaration, with a newline at
   *     the end
   */
  public String toXml() {
    return XmlBinding.write(this);
  }

  /**
   * A builder that holds what this definition holds.
   *
   * @return a builder of its own
   */
  public Builder toBuilder() {
    Builder builder = new Builder(type());
    builder.name = name;
    builder.uuid = uuid;
    builder.memory = memory;
    builder.memoryBacking = memoryBacking;
    builder.vcpu = vcpu;
    builder.cpuTuning = cpuTuning;
    builder.onPowerOff = onPowerOff;
    builder.onReboot = onReboot;
    builder.onCrash = onCrash;
    builder.features = part(Features.class).orElse(null);
    builder.operatingSystem = part(OperatingSystem.class).orElse(null);
    // A mode that is not modelled says more than is modelled: better no processor than half of one.
    builder.cpu = cpu == null || cpu.mode() == null ? null : cpu;
    builder.devices.addAll(devices());
    builder.securityLabels.addAll(securityLabels);
    return builder;
  }

  /**
   * The hypervisor.
   *
   * @return libvirt's name of it
   */
  public String type() {
    return requireNonNull(type, "type");
  }

  /**
   * The domain's name.
   *
   * @return a name that is not empty
   */
  public String name() {
    return requireNonNull(name, "name");
  }

  /**
   * The domain's UUID.
   *
   * @return the UUID; empty where libvirt is to choose
   */
  public Optional<UUID> uuid() {
    return Optional.ofNullable(uuid).map(UUID::fromString);
  }

  /**
   * The domain's memory.
   *
   * @return bytes, at most {@link Long#MAX_VALUE}; 0 where the XML does not say
   */
  public long memory() {
    return memory == null ? 0 : memory.bytes();
  }

  /**
   * The number of processors.
   *
   * @return 1 or more; empty where libvirt is to choose
   */
  public OptionalInt processors() {
    return vcpu == null ? OptionalInt.empty() : OptionalInt.of(vcpu);
  }

  /**
   * Whether a machine's memory is shared with other processes of the host.
   *
   * @return true if it is
   */
  public boolean hasSharedMemory() {
    return memoryBacking != null && memoryBacking.isShared();
  }

  /**
   * The limit on the processor time that the domain uses.
   *
   * @return the limit; empty where the XML has none
   */
  public Optional<CpuTuning> cpuTuning() {
    return Optional.ofNullable(cpuTuning);
  }

  /**
   * The processor that a machine sees.
   *
   * @return its mode; empty where libvirt is to choose
   */
  public Optional<CpuMode> cpu() {
    return Optional.ofNullable(cpu).map(Cpu::mode);
  }

  /**
   * What the domain boots.
   *
   * @return the operating system; empty where the XML has none
   */
  public Optional<OperatingSystem> operatingSystem() {
    return part(OperatingSystem.class);
  }

  /**
   * The domain's features.
   *
   * @return the features; none where the XML has none
   */
  public Features features() {
    return part(Features.class).orElseGet(Features::none);
  }

  /**
   * The devices of all kinds, in the order of the domain.
   *
   * @return an unmodifiable list
   */
  public List<Device> devices() {
    return devices == null ? List.of() : devices.all();
  }

  /**
   * The file systems, in the order in which they are mounted.
   *
   * @return an unmodifiable list
   */
  public List<Filesystem> filesystems() {
    return devicesOf(Filesystem.class);
  }

  /**
   * The disks.
   *
   * @return an unmodifiable list
   */
  public List<Disk> disks() {
    return devicesOf(Disk.class);
  }

  /**
   * The network interfaces.
   *
   * @return an unmodifiable list
   */
  public List<Interface> interfaces() {
    return devicesOf(Interface.class);
  }

  /**
   * The consoles.
   *
   * @return an unmodifiable list
   */
  public List<Console> consoles() {
    return devicesOf(Console.class);
  }

  /**
   * The serial lines.
   *
   * @return an unmodifiable list
   */
  public List<Serial> serials() {
    return devicesOf(Serial.class);
  }

  /**
   * The channels.
   *
   * @return an unmodifiable list
   */
  public List<Channel> channels() {
    return devicesOf(Channel.class);
  }

  /**
   * The labels of the host's security models.
   *
   * @return an unmodifiable list
   */
  public List<SecurityLabel> securityLabels() {
    return List.copyOf(securityLabels);
  }

  private <T extends Device> List<T> devicesOf(Class<T> kind) {
    return devices == null ? List.of() : devices.of(kind);
  }

  private <T> Optional<T> part(Class<T> kind) {
    return systemAndFeatures.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DomainDefinition that && toXml().equals(that.toXml());
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return "DomainDefinition[" + type() + " " + name() + "]";
  }

  /** A definition in the making. It is not safe for use by several threads. */
  public static final class Builder {
    private static final int MOST_PROCESSORS = 65_535;

    private final String type;
    private @Nullable String name;
    private @Nullable String uuid;
    private @Nullable Memory memory;
    private @Nullable MemoryBacking memoryBacking;
    private @Nullable Integer vcpu;
    private @Nullable CpuTuning cpuTuning;
    private @Nullable LifecycleAction onPowerOff;
    private @Nullable LifecycleAction onReboot;
    private @Nullable LifecycleAction onCrash;
    private @Nullable Features features;
    private @Nullable OperatingSystem operatingSystem;
    private @Nullable Cpu cpu;
    private final List<Device> devices = new ArrayList<>();
    private final List<SecurityLabel> securityLabels = new ArrayList<>();

    private Builder(String type) {
      this.type = type;
    }

    /**
     * Names the domain; required.
     *
     * @param name the name
     * @return this builder
     * @throws IllegalArgumentException if it is empty, holds a line break, or XML cannot hold it
     */
    public Builder name(String name) {
      this.name = XmlText.ofOneLine("domain name", name);
      return this;
    }

    /**
     * Sets the UUID.
     *
     * @param uuid the UUID
     * @return this builder
     */
    public Builder uuid(UUID uuid) {
      this.uuid = uuid.toString();
      return this;
    }

    /**
     * Sets the memory; required. Libvirt counts in KiB: a part of one counts as a whole one.
     *
     * @param bytes the memory in bytes, 1 or more
     * @return this builder
     * @throws IllegalArgumentException if it is less
     */
    public Builder memory(long bytes) {
      this.memory = Memory.ofBytes(bytes);
      return this;
    }

    /**
     * Sets the number of processors.
     *
     * @param count the number, 1 to 65535, which is libvirt's limit
     * @return this builder
     * @throws IllegalArgumentException if it is less or more
     */
    public Builder processors(int count) {
      if (count < 1 || count > MOST_PROCESSORS) {
        throw new IllegalArgumentException(
            "%d processors; write 1 to %d".formatted(count, MOST_PROCESSORS));
      }
      this.vcpu = count;
      return this;
    }

    /**
     * Sets a limit on the processor time that the domain uses.
     *
     * @param tuning the limit
     * @return this builder
     */
    public Builder cpuTuning(CpuTuning tuning) {
      this.cpuTuning = requireNonNull(tuning, "tuning");
      return this;
    }

    /**
     * Shares a machine's memory with other processes of the host, which {@linkplain
     * Filesystem#virtiofs() virtiofs} needs.
     *
     * @return this builder
     */
    public Builder sharedMemory() {
      this.memoryBacking = MemoryBacking.shared();
      return this;
    }

    /**
     * Sets what libvirt does when the domain ends by itself, however it does.
     *
     * @param action what is done at power off, reboot and crash
     * @return this builder
     */
    public Builder onEnd(LifecycleAction action) {
      this.onPowerOff = requireNonNull(action, "action");
      this.onReboot = action;
      this.onCrash = action;
      return this;
    }

    /**
     * Sets the features.
     *
     * @param features all of them
     * @return this builder
     */
    public Builder features(Features features) {
      this.features = requireNonNull(features, "features");
      return this;
    }

    /**
     * Sets what the domain boots; required.
     *
     * @param operatingSystem what it boots
     * @return this builder
     */
    public Builder operatingSystem(OperatingSystem operatingSystem) {
      this.operatingSystem = requireNonNull(operatingSystem, "operatingSystem");
      return this;
    }

    /**
     * Sets the processor that a machine sees.
     *
     * @param mode how it is chosen
     * @param hidden what the machine is not to see of it, by libvirt's names
     * @return this builder
     */
    public Builder cpu(CpuMode mode, String... hidden) {
      this.cpu = new Cpu(requireNonNull(mode, "mode"), List.of(hidden));
      return this;
    }

    /**
     * Adds a device after those added before.
     *
     * @param device the device
     * @return this builder
     */
    public Builder device(Device device) {
      devices.add(requireNonNull(device, "device"));
      return this;
    }

    /**
     * Adds a file system, mounted after those added before: {@link #device} by another name.
     *
     * @param filesystem the file system
     * @return this builder
     */
    public Builder filesystem(Filesystem filesystem) {
      return device(filesystem);
    }

    /**
     * Adds a console after those added before: {@link #device} by another name.
     *
     * @param console the console
     * @return this builder
     */
    public Builder console(Console console) {
      return device(console);
    }

    /**
     * Adds the label of one security model.
     *
     * @param label the label
     * @return this builder
     */
    public Builder securityLabel(SecurityLabel label) {
      securityLabels.add(requireNonNull(label, "label"));
      return this;
    }

    /**
     * The definition. The builder can be used further without changing it.
     *
     * @return an immutable definition
     * @throws IllegalStateException if the name, the memory or the operating system is not set
     */
    public DomainDefinition build() {
      if (name == null || memory == null || operatingSystem == null) {
        throw new IllegalStateException(
            "a domain needs a name, memory and an operating system; set all three");
      }
      return new DomainDefinition(this);
    }
  }
}

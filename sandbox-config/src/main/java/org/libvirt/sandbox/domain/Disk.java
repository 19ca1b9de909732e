package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A disk of a domain: an image file or a block device of the host.
 *
 * <p>The methods that add something return a new value:
 *
 * <pre>{@code
 * Disk.file(Path.of("/srv/cache.img"), "vda").bus("virtio").format("raw")
 * }</pre>
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"source", "target", "driver", "readOnly", "serial"})
public final class Disk implements Device {
  @XmlAttribute private @Nullable String type;
  private @Nullable Source source;
  private @Nullable Target target;
  private @Nullable Driver driver;

  @XmlElement(name = "readonly")
  private @Nullable Flag readOnly;

  private @Nullable String serial;

  private Disk() {}

  private Disk(Disk from) {
    type = from.type;
    source = from.source;
    target = from.target;
    driver = from.driver;
    readOnly = from.readOnly;
    serial = from.serial;
  }

  private Disk(String type, Source source, String device) {
    this.type = type;
    this.source = source;
    this.target = new Target(null, XmlText.ofOneLine("disk target", device));
  }

  /**
   * An image file of the host.
   *
   * @param image the image's absolute path on the host
   * @param device the disk's name in the domain, such as {@code vda}; on machines a hint only
   * @return a disk that can be written to
   * @throws IllegalArgumentException if the path is not absolute, the name is empty, one of them
   *     holds a line break, or XML cannot hold it
   */
  public static Disk file(Path image, String device) {
    return new Disk("file", new Source(path(image), null), device);
  }

  /**
   * A block device of the host.
   *
   * @param source the device's absolute path on the host
   * @param device the disk's name in the domain, such as {@code vda}; on machines a hint only
   * @return a disk that can be written to
   * @throws IllegalArgumentException if the path is not absolute, the name is empty, one of them
   *     holds a line break, or XML cannot hold it
   */
  public static Disk block(Path source, String device) {
    return new Disk("block", new Source(null, path(source)), device);
  }

  private static String path(Path source) {
    return XmlText.absolute("disk source", source.toString());
  }

  /**
   * This disk on a bus.
   *
   * @param bus libvirt's name of the bus, such as {@code virtio}
   * @return a new disk
   * @throws IllegalArgumentException if the name is empty or XML cannot hold it
   */
  public Disk bus(String bus) {
    Disk disk = new Disk(this);
    disk.target = new Target(XmlText.required("disk bus", bus), device());
    return disk;
  }

  /**
   * This disk with the format of its content.
   *
   * @param format libvirt's name of the format, such as {@code raw} or {@code qcow2}
   * @return a new disk
   * @throws IllegalArgumentException if the name is empty or XML cannot hold it
   */
  public Disk format(String format) {
    Disk disk = new Disk(this);
    disk.driver = new Driver(XmlText.required("disk format", format));
    return disk;
  }

  /**
   * This disk, but nothing in the domain can write to it.
   *
   * @return a new disk
   */
  public Disk readOnly() {
    Disk disk = new Disk(this);
    disk.readOnly = new Flag();
    return disk;
  }

  /**
   * This disk with a serial number, by which the guest can find it.
   *
   * @param serial the serial number; virtio shows a guest its first 20 bytes
   * @return a new disk
   * @throws IllegalArgumentException if it is empty, holds a line break, or XML cannot hold it
   */
  public Disk serial(String serial) {
    Disk disk = new Disk(this);
    disk.serial = XmlText.ofOneLine("disk serial number", serial);
    return disk;
  }

  /**
   * The kind of the source.
   *
   * @return libvirt's word, such as {@code file} or {@code block}
   */
  public String type() {
    return type == null ? "file" : type;
  }

  /**
   * The image file or block device.
   *
   * @return its path on libvirt's host; empty where the disk has neither
   */
  public Optional<String> source() {
    return Optional.ofNullable(source).map(known -> known.file == null ? known.device : known.file);
  }

  /**
   * The disk's name in the domain.
   *
   * @return the name, such as {@code vda}; empty where the XML has none
   */
  public String device() {
    return target == null || target.device == null ? "" : target.device;
  }

  /**
   * The bus.
   *
   * @return libvirt's name of it; empty where libvirt is to choose
   */
  public Optional<String> bus() {
    return Optional.ofNullable(target).map(known -> known.bus);
  }

  /**
   * The format of the content.
   *
   * @return libvirt's name of it; empty where libvirt is to choose, which is {@code raw}
   */
  public Optional<String> format() {
    return Optional.ofNullable(driver).map(known -> known.type);
  }

  /**
   * Whether nothing in the domain can write to it.
   *
   * @return true if nothing can
   */
  public boolean isReadOnly() {
    return readOnly != null;
  }

  /**
   * The serial number.
   *
   * @return the serial number; empty where the disk has none
   */
  public Optional<String> serial() {
    return Optional.ofNullable(serial);
  }

  /** What is on the host: one of the two, by the type of the disk. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Source {
    @XmlAttribute private @Nullable String file;

    @XmlAttribute(name = "dev")
    private @Nullable String device;

    @SuppressWarnings("unused") // JAXB's.
    private Source() {}

    private Source(@Nullable String file, @Nullable String device) {
      this.file = file;
      this.device = device;
    }
  }

  /** What it is in the domain. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Target {
    @XmlAttribute private @Nullable String bus;

    @XmlAttribute(name = "dev")
    private @Nullable String device;

    @SuppressWarnings("unused") // JAXB's.
    private Target() {}

    private Target(@Nullable String bus, String device) {
      this.bus = bus;
      this.device = device;
    }
  }

  /** How the content is to be read. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Driver {
    @XmlAttribute private @Nullable String type;

    @SuppressWarnings("unused") // JAXB's.
    private Driver() {}

    private Driver(String type) {
      this.type = type;
    }
  }
}

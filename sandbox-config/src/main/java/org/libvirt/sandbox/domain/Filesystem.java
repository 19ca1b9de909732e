package org.libvirt.sandbox.domain;

import static java.util.Objects.requireNonNull;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A file system of a domain. In a container libvirt mounts it, in the order of the domain, before
 * the first process runs; a machine finds it by its tag and mounts it by itself.
 *
 * <p>The methods that change something return a new value:
 *
 * <pre>{@code
 * Filesystem.share(Path.of("/"), "sandbox:root").accessMode(AccessMode.SQUASH).readOnly()
 * }</pre>
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"source", "target", "driver", "binary", "readOnly"})
public final class Filesystem implements Device {
  @XmlAttribute private @Nullable String type;

  @XmlAttribute(name = "accessmode")
  private @Nullable AccessMode accessMode;

  @XmlAttribute(name = "multidevs")
  private @Nullable String severalDevices;

  private @Nullable FilesystemSource source;
  private @Nullable Target target;
  private @Nullable Driver driver;
  private @Nullable Binary binary;

  @XmlElement(name = "readonly")
  private @Nullable Flag readOnly;

  private Filesystem() {}

  private Filesystem(Filesystem from) {
    type = from.type;
    accessMode = from.accessMode;
    severalDevices = from.severalDevices;
    source = from.source;
    target = from.target;
    driver = from.driver;
    binary = from.binary;
    readOnly = from.readOnly;
  }

  private Filesystem(String type, FilesystemSource source, Target target) {
    this.type = type;
    this.accessMode = AccessMode.PASSTHROUGH;
    this.source = source;
    this.target = target;
  }

  /**
   * A directory or file of the host.
   *
   * @param source its absolute path on the host
   * @param target the absolute path inside the container
   * @return a file system that can be written to
   * @throws IllegalArgumentException if a path is not absolute, holds a line break, or XML cannot
   *     hold it
   */
  public static Filesystem mount(Path source, String target) {
    return new Filesystem(
        "mount", FilesystemSource.directory(source.toString()), Target.directory(target));
  }

  /**
   * A directory of the host for a machine, which mounts it by its tag.
   *
   * @param source its absolute path on the host
   * @param tag what the machine knows it by, such as {@code sandbox:root}; with virtiofs a tag has
   *     at most 36 bytes, with 9p at most 31
   * @return a file system that can be written to
   * @throws IllegalArgumentException if the path is not absolute, the tag is empty, one of them
   *     holds a line break, or XML cannot hold it
   */
  public static Filesystem share(Path source, String tag) {
    return new Filesystem("mount", FilesystemSource.directory(source.toString()), Target.tag(tag));
  }

  /**
   * A block device of the host's, with the file system that is on it.
   *
   * @param source the device's absolute path on the host
   * @param target the absolute path inside the container
   * @return a file system that can be written to
   * @throws IllegalArgumentException if a path is not absolute, holds a line break, or XML cannot
   *     hold it
   */
  public static Filesystem block(Path source, String target) {
    return new Filesystem(
        "block", FilesystemSource.device(source.toString()), Target.directory(target));
  }

  /**
   * A directory that the container has already, at a second place.
   *
   * @param source its absolute path inside the container
   * @param target the absolute path of the second place
   * @return a file system that can be written to
   * @throws IllegalArgumentException if a path is not absolute, holds a line break, or XML cannot
   *     hold it
   */
  public static Filesystem bind(String source, String target) {
    return new Filesystem("bind", FilesystemSource.directory(source), Target.directory(target));
  }

  /**
   * An empty file system in memory.
   *
   * @param bytes its size limit in bytes, 1 or more
   * @param target the absolute path inside the container
   * @return a file system that can be written to
   * @throws IllegalArgumentException if the limit is below 1, the path is not absolute, or XML
   *     cannot hold it
   */
  public static Filesystem ram(long bytes, String target) {
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "size of the file system at '%s' is %d bytes; write 1 or more".formatted(target, bytes));
    }
    return new Filesystem("ram", FilesystemSource.memory(bytes), Target.directory(target));
  }

  /**
   * A raw image of the host's, through a loop device.
   *
   * @param image the image's absolute path on the host
   * @param target the absolute path inside the container
   * @return a file system that can be written to
   * @throws IllegalArgumentException if a path is not absolute, holds a line break, or XML cannot
   *     hold it
   */
  public static Filesystem rawImage(Path image, String target) {
    return image(image, target, Driver.image("loop", "raw"));
  }

  /**
   * An image of the host's in a format that needs {@code qemu-nbd}.
   *
   * @param image the image's absolute path on the host
   * @param target the absolute path inside the container
   * @param format the image's format, such as {@code qcow2}
   * @return a file system that can be written to
   * @throws IllegalArgumentException if a path is not absolute, the format is empty, or XML cannot
   *     hold one of them
   */
  public static Filesystem networkBlockImage(Path image, String target, String format) {
    return image(image, target, Driver.image("nbd", XmlText.required("image format", format)));
  }

  private static Filesystem image(Path image, String target, Driver driver) {
    Filesystem filesystem =
        new Filesystem("file", FilesystemSource.file(image.toString()), Target.directory(target));
    filesystem.driver = driver;
    return filesystem;
  }

  /**
   * This file system, but nothing in the container can write to it. Libvirt's read-only mounts lose
   * the source's nosuid, nodev and noexec.
   *
   * @return a new file system
   */
  public Filesystem readOnly() {
    Filesystem changed = new Filesystem(this);
    changed.readOnly = new Flag();
    return changed;
  }

  /**
   * This file system with other rights on the host's files; {@link AccessMode#PASSTHROUGH} is what
   * it has at first, and all that containers and virtiofs know.
   *
   * @param mode whose rights
   * @return a new file system
   */
  public Filesystem accessMode(AccessMode mode) {
    Filesystem changed = new Filesystem(this);
    changed.accessMode = requireNonNull(mode, "mode");
    return changed;
  }

  /**
   * This file system for a machine over 9p, as one that may hold several file systems of the host:
   * files of different ones get different inode numbers. QEMU's default mixes them up.
   *
   * @return a new file system
   */
  public Filesystem remapped() {
    Filesystem changed = new Filesystem(this);
    changed.severalDevices = "remap";
    return changed;
  }

  /**
   * This file system for a machine over 9p, which is what libvirt takes by itself.
   *
   * @return a new file system
   */
  public Filesystem nineP() {
    Filesystem changed = new Filesystem(this);
    changed.driver = Driver.ofType("path");
    changed.binary = null;
    return changed;
  }

  /**
   * This file system for a machine over virtiofs, by the virtiofsd that libvirt finds. The machine
   * needs {@linkplain DomainDefinition.Builder#sharedMemory() shared memory}.
   *
   * @return a new file system
   */
  public Filesystem virtiofs() {
    Filesystem changed = new Filesystem(this);
    changed.driver = Driver.ofType("virtiofs");
    changed.binary = null;
    return changed;
  }

  /**
   * This file system for a machine over virtiofs, by a given virtiofsd. The machine needs
   * {@linkplain DomainDefinition.Builder#sharedMemory() shared memory}.
   *
   * @param daemon the absolute path of virtiofsd on the host
   * @return a new file system
   * @throws IllegalArgumentException if the path is not absolute, holds a line break, or XML cannot
   *     hold it
   */
  public Filesystem virtiofs(Path daemon) {
    Filesystem changed = virtiofs();
    changed.binary = new Binary(XmlText.absolute("virtiofsd", daemon.toString()));
    return changed;
  }

  /**
   * What a virtiofsd serves that is none of libvirt's, for a machine. The machine needs {@linkplain
   * DomainDefinition.Builder#sharedMemory() shared memory}. Libvirt knows nothing of the directory;
   * that it is read-only is for that virtiofsd to see to.
   *
   * @param socket the absolute path on the host at which it listens
   * @param tag what the machine knows it by, such as {@code sandbox:root}; at most 36 bytes
   * @return a file system
   * @throws IllegalArgumentException if the path is not absolute, the tag is empty, one of them
   *     holds a line break, or XML cannot hold it
   */
  public static Filesystem served(Path socket, String tag) {
    return new Filesystem("mount", FilesystemSource.socket(socket.toString()), Target.tag(tag))
        .virtiofs();
  }

  /**
   * The kind of file system.
   *
   * @return libvirt's word, such as {@code mount} or {@code ram}
   */
  public String type() {
    return type == null ? "mount" : type;
  }

  /**
   * Whose rights it has on the host's files.
   *
   * @return the mode; passthrough where the XML does not say
   */
  public AccessMode accessMode() {
    return accessMode == null ? AccessMode.PASSTHROUGH : accessMode;
  }

  /**
   * Where its content comes from.
   *
   * @return a directory, image, device or virtiofsd's socket on libvirt's host, or a directory
   *     inside the container for a bind; empty for a file system in memory
   */
  public Optional<String> source() {
    return Optional.ofNullable(source).map(FilesystemSource::path);
  }

  /**
   * The size limit of a file system in memory.
   *
   * @return bytes, at most {@link Long#MAX_VALUE}, 0 for no limit; empty for another file system
   */
  public OptionalLong size() {
    return source == null ? OptionalLong.empty() : source.bytes();
  }

  /**
   * The place inside the domain.
   *
   * @return an absolute path in a container, a tag in a machine; empty where the XML has none
   */
  public String target() {
    return target == null || target.directory == null ? "" : target.directory;
  }

  /**
   * What makes the source a file system of the domain.
   *
   * @return libvirt's word, such as {@code loop}, {@code nbd} or {@code virtiofs}; empty where
   *     libvirt is to choose
   */
  public Optional<String> driver() {
    return Optional.ofNullable(driver).map(known -> known.type);
  }

  /**
   * The format of an image.
   *
   * @return libvirt's word, such as {@code raw}; empty where it is not said
   */
  public Optional<String> format() {
    return Optional.ofNullable(driver).map(known -> known.format);
  }

  /**
   * Whether nothing in the container can write to it.
   *
   * @return true if nothing can
   */
  public boolean isReadOnly() {
    return readOnly != null;
  }

  /** Where in the domain it is. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Target {
    @XmlAttribute(name = "dir")
    private @Nullable String directory;

    private static Target directory(String path) {
      Target target = new Target();
      target.directory = XmlText.absolute("file system target", path);
      return target;
    }

    private static Target tag(String tag) {
      Target target = new Target();
      target.directory = XmlText.ofOneLine("file system tag", tag);
      return target;
    }
  }

  /** What makes the source a file system of the domain. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Driver {
    @XmlAttribute private @Nullable String type;
    @XmlAttribute private @Nullable String format;

    private static Driver ofType(String type) {
      Driver driver = new Driver();
      driver.type = type;
      return driver;
    }

    private static Driver image(String type, String format) {
      Driver driver = ofType(type);
      driver.format = format;
      return driver;
    }
  }

  /** The program that serves the files. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  @SuppressWarnings("unused") // JAXB reads the field.
  private static final class Binary {
    @XmlAttribute private @Nullable String path;

    private Binary() {}

    private Binary(String path) {
      this.path = path;
    }
  }
}

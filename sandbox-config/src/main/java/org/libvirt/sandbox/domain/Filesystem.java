package org.libvirt.sandbox.domain;

import static java.util.Objects.requireNonNull;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file system of a container: what libvirt mounts there, in the order of the domain, before the
 * first process runs.
 */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"source", "target", "driver", "readOnly"})
public final class Filesystem {
  @XmlAttribute private @Nullable String type;

  @XmlAttribute(name = "accessmode")
  private @Nullable String accessMode;

  private @Nullable Source source;
  private Target target;
  private @Nullable Driver driver;

  @XmlElement(name = "readonly")
  private @Nullable Flag readOnly;

  @SuppressWarnings({"NullAway.Init", "unused"}) // JAXB's.
  private Filesystem() {}

  private Filesystem(String type, Source source, String target) {
    this.type = type;
    this.accessMode = "passthrough";
    this.source = source;
    this.target = new Target(XmlText.absolute("file system target", target));
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
    return new Filesystem("mount", Source.directory(source.toString()), target);
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
    return new Filesystem("bind", Source.directory(source), target);
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
    return new Filesystem("ram", Source.memory(bytes), target);
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
    return image(image, target, new Driver("loop", "raw"));
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
    return image(image, target, new Driver("nbd", XmlText.required("image format", format)));
  }

  private static Filesystem image(Path image, String target, Driver driver) {
    Filesystem filesystem = new Filesystem("file", Source.file(image.toString()), target);
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
    Filesystem filesystem = new Filesystem();
    filesystem.type = type;
    filesystem.accessMode = accessMode;
    filesystem.source = source;
    filesystem.target = target;
    filesystem.driver = driver;
    filesystem.readOnly = new Flag();
    return filesystem;
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
   * The place inside the container.
   *
   * @return an absolute path
   */
  public String target() {
    return requireNonNull(target.directory, "target");
  }

  /**
   * Whether nothing in the container can write to it.
   *
   * @return true if nothing can
   */
  public boolean isReadOnly() {
    return readOnly != null;
  }

  /** Where the content comes from: one of these, by the type of the file system. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @SuppressWarnings("unused") // JAXB reads the fields.
  private static final class Source {
    @XmlAttribute(name = "dir")
    private @Nullable String directory;

    @XmlAttribute private @Nullable String file;
    @XmlAttribute private @Nullable Long usage;
    @XmlAttribute private @Nullable String units;

    private static Source directory(String path) {
      Source source = new Source();
      source.directory = XmlText.absolute("file system source", path);
      return source;
    }

    private static Source file(String path) {
      Source source = new Source();
      source.file = XmlText.absolute("file system image", path);
      return source;
    }

    private static Source memory(long bytes) {
      Source source = new Source();
      source.usage = bytes;
      source.units = "bytes";
      return source;
    }
  }

  /** Where in the container it is. */
  @XmlAccessorType(XmlAccessType.FIELD)
  private static final class Target {
    @XmlAttribute(name = "dir")
    private @Nullable String directory;

    @SuppressWarnings("unused") // JAXB's.
    private Target() {}

    private Target(String directory) {
      this.directory = directory;
    }
  }

  /** What makes an image a file system. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @SuppressWarnings("unused") // JAXB reads the fields.
  private static final class Driver {
    @XmlAttribute private @Nullable String type;
    @XmlAttribute private @Nullable String format;

    private Driver() {}

    private Driver(String type, String format) {
      this.type = type;
      this.format = format;
    }
  }
}

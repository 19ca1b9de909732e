package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import java.math.BigInteger;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Where the content of a file system comes from: one of these, by its type. */
@XmlAccessorType(XmlAccessType.FIELD)
final class FilesystemSource {
  @XmlAttribute(name = "dir")
  private @Nullable String directory;

  @XmlAttribute private @Nullable String file;
  @XmlAttribute private @Nullable String socket;

  @XmlAttribute(name = "dev")
  private @Nullable String device;

  // Libvirt's number has 64 bits without a sign.
  @XmlAttribute private @Nullable BigInteger usage;

  @XmlAttribute private @Nullable String units;

  private FilesystemSource() {}

  static FilesystemSource directory(String path) {
    FilesystemSource source = new FilesystemSource();
    source.directory = XmlText.absolute("file system source", path);
    return source;
  }

  static FilesystemSource file(String path) {
    FilesystemSource source = new FilesystemSource();
    source.file = XmlText.absolute("file system image", path);
    return source;
  }

  static FilesystemSource device(String path) {
    FilesystemSource source = new FilesystemSource();
    source.device = XmlText.absolute("file system device", path);
    return source;
  }

  static FilesystemSource socket(String path) {
    FilesystemSource source = new FilesystemSource();
    source.socket = XmlText.absolute("virtiofsd socket", path);
    return source;
  }

  static FilesystemSource memory(long bytes) {
    FilesystemSource source = new FilesystemSource();
    source.usage = BigInteger.valueOf(bytes);
    source.units = "bytes";
    return source;
  }

  /** Returns the path on the host, or inside the container; null for memory. */
  @Nullable String path() {
    return directory != null ? directory : file != null ? file : socket != null ? socket : device;
  }

  /** Returns the size limit of memory, at most what long holds; empty for all else. */
  OptionalLong bytes() {
    return usage == null ? OptionalLong.empty() : OptionalLong.of(Memory.bytes(usage, units));
  }
}

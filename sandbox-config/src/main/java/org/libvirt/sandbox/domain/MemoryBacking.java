package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlType;
import org.jspecify.annotations.Nullable;

/** Where a machine's memory lies on the host, and who may have it as well. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"source", "access"})
final class MemoryBacking {
  @SuppressWarnings("unused") // JAXB reads it.
  private @Nullable Source source;

  private @Nullable Access access;

  private MemoryBacking() {}

  /** Memory that another process of the host can map: virtiofsd needs it. */
  static MemoryBacking shared() {
    MemoryBacking backing = new MemoryBacking();
    backing.source = new Source("memfd");
    backing.access = new Access("shared");
    return backing;
  }

  boolean isShared() {
    return access != null && "shared".equals(access.mode);
  }

  /** What the host keeps it in. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  @SuppressWarnings("unused") // JAXB reads the fields.
  private static final class Source {
    @XmlAttribute private @Nullable String type;

    private Source() {}

    private Source(String type) {
      this.type = type;
    }
  }

  /** Whether others see what the machine writes. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  private static final class Access {
    @XmlAttribute private @Nullable String mode;

    @SuppressWarnings("unused") // JAXB's.
    private Access() {}

    private Access(String mode) {
      this.mode = mode;
    }
  }
}

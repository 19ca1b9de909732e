package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import org.jspecify.annotations.Nullable;

/** The processor that a machine sees. */
@XmlAccessorType(XmlAccessType.FIELD)
final class Cpu {
  @XmlAttribute private @Nullable CpuMode mode;

  @SuppressWarnings("unused") // JAXB's.
  private Cpu() {}

  Cpu(CpuMode mode) {
    this.mode = mode;
  }

  /** Returns the mode, or null where it is one that is not modelled. */
  @Nullable CpuMode mode() {
    return mode;
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The processor that a machine sees. */
@XmlAccessorType(XmlAccessType.FIELD)
final class Cpu {
  @XmlAttribute private @Nullable CpuMode mode;

  @XmlElement(name = "feature")
  private final List<Feature> features = new ArrayList<>();

  @SuppressWarnings("unused") // JAXB's.
  private Cpu() {}

  /** A processor without some of the features that its mode gives it. */
  Cpu(CpuMode mode, List<String> hidden) {
    this.mode = mode;
    hidden.forEach(name -> features.add(new Feature(name)));
  }

  /** Returns the mode, or null where it is one that is not modelled. */
  @Nullable CpuMode mode() {
    return mode;
  }

  /** One that the machine is to see or not. */
  @XmlAccessorType(XmlAccessType.FIELD)
  private static final class Feature {
    @XmlAttribute
    @SuppressWarnings("unused") // JAXB's.
    private @Nullable String policy;

    @XmlAttribute
    @SuppressWarnings("unused") // JAXB's.
    private @Nullable String name;

    @SuppressWarnings("unused") // JAXB's.
    private Feature() {}

    Feature(String name) {
      this.policy = "disable";
      this.name = name;
    }
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import org.jspecify.annotations.Nullable;

/** The device through which libvirt takes memory back from a machine that runs. */
@XmlAccessorType(XmlAccessType.FIELD)
public final class MemoryBalloon implements Device {
  @XmlAttribute private @Nullable String model;

  private MemoryBalloon() {}

  /**
   * No balloon: a machine without this has one that libvirt chooses.
   *
   * @return the device that says so
   */
  public static MemoryBalloon none() {
    MemoryBalloon balloon = new MemoryBalloon();
    balloon.model = "none";
    return balloon;
  }

  /**
   * The model of the balloon.
   *
   * @return libvirt's word, such as {@code none} or {@code virtio}; empty where the XML names none
   */
  public String model() {
    return model == null ? "" : model;
  }
}

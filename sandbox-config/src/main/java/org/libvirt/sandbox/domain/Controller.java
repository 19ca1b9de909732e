package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import org.jspecify.annotations.Nullable;

/** A device of a machine that others are attached to. */
@XmlAccessorType(XmlAccessType.FIELD)
public final class Controller implements Device {
  @XmlAttribute private @Nullable String type;
  @XmlAttribute private @Nullable String model;

  private Controller() {}

  /**
   * No USB: a machine without this has a controller of it.
   *
   * @return the device that says so
   */
  public static Controller noUsb() {
    Controller controller = new Controller();
    controller.type = "usb";
    controller.model = "none";
    return controller;
  }

  /**
   * What is attached to it.
   *
   * @return libvirt's word, such as {@code usb} or {@code pci}; empty where the XML names none
   */
  public String type() {
    return type == null ? "" : type;
  }

  /**
   * The model of the controller.
   *
   * @return libvirt's word, such as {@code none} or {@code piix3-uhci}; empty where the XML names
   *     none
   */
  public String model() {
    return model == null ? "" : model;
  }
}

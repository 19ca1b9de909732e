package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElements;
import java.util.ArrayList;
import java.util.List;

/** The devices of a domain, of all kinds, in the order of the domain. */
@XmlAccessorType(XmlAccessType.FIELD)
final class Devices {
  // One list and not one for each kind: a machine has disks among its file systems.
  @XmlElements({
    @XmlElement(name = "disk", type = Disk.class),
    @XmlElement(name = "filesystem", type = Filesystem.class),
    @XmlElement(name = "interface", type = Interface.class),
    @XmlElement(name = "serial", type = Serial.class),
    @XmlElement(name = "console", type = Console.class),
    @XmlElement(name = "channel", type = Channel.class),
    @XmlElement(name = "memballoon", type = MemoryBalloon.class),
    @XmlElement(name = "controller", type = Controller.class)
  })
  private List<Device> devices;

  @SuppressWarnings("unused") // JAXB's.
  private Devices() {
    devices = new ArrayList<>();
  }

  Devices(List<Device> devices) {
    this.devices = List.copyOf(devices);
  }

  /** Returns all of them, unmodifiable. */
  List<Device> all() {
    return List.copyOf(devices);
  }

  /** Returns those of one kind, unmodifiable. */
  <T extends Device> List<T> of(Class<T> kind) {
    return devices.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}

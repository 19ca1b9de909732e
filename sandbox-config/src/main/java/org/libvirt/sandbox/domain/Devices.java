package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;

/** The devices of a domain, in the order in which libvirt makes them. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"filesystems", "consoles"})
final class Devices {
  @XmlElement(name = "filesystem")
  private List<Filesystem> filesystems;

  @XmlElement(name = "console")
  private List<Console> consoles;

  Devices() {
    filesystems = new ArrayList<>();
    consoles = new ArrayList<>();
  }

  Devices(List<Filesystem> filesystems, List<Console> consoles) {
    this.filesystems = List.copyOf(filesystems);
    this.consoles = List.copyOf(consoles);
  }

  List<Filesystem> filesystems() {
    return List.copyOf(filesystems);
  }

  List<Console> consoles() {
    return List.copyOf(consoles);
  }
}

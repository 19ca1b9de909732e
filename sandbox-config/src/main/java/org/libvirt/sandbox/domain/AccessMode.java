package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlEnum;
import jakarta.xml.bind.annotation.XmlEnumValue;

/** Whose rights a file system of a domain has on the host's files. */
@XmlEnum
public enum AccessMode {
  /** Those of the guest's users: the host sees the owners that the guest sets. */
  @XmlEnumValue("passthrough")
  PASSTHROUGH,

  /** Those of the hypervisor's user, with the guest's owners and modes kept beside the files. */
  @XmlEnumValue("mapped")
  MAPPED,

  /** Those of the hypervisor's user, without an error where it may not set what the guest asks. */
  @XmlEnumValue("squash")
  SQUASH
}

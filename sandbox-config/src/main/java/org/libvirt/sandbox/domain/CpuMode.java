package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlEnum;
import jakarta.xml.bind.annotation.XmlEnumValue;

/** Which processor a machine sees. */
@XmlEnum
public enum CpuMode {
  /** The host's own, with all it can do; for {@code kvm} only. */
  @XmlEnumValue("host-passthrough")
  HOST_PASSTHROUGH,

  /** The model that libvirt finds nearest to the host's own. */
  @XmlEnumValue("host-model")
  HOST_MODEL,

  /** One with all that the hypervisor can give on this host. */
  @XmlEnumValue("maximum")
  MAXIMUM
}

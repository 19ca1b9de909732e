package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlEnum;
import jakarta.xml.bind.annotation.XmlEnumValue;

/** What libvirt does with a domain that ends by itself. */
@XmlEnum
public enum LifecycleAction {
  /** The domain is gone. */
  @XmlEnumValue("destroy")
  DESTROY,

  /** The domain starts again. */
  @XmlEnumValue("restart")
  RESTART,

  /** The domain stays as it is, for somebody to look at. */
  @XmlEnumValue("preserve")
  PRESERVE
}

package org.libvirt.sandbox.contract;

/** What runs the sandboxes of a test. */
public enum Backend {
  /** Containers. */
  LXC("lxc", "lxc-libvirt"),
  /** Virtual machines. */
  QEMU("qemu", "qemu");

  private final String driver;
  private final String container;

  Backend(String driver, String container) {
    this.driver = driver;
    this.container = container;
  }

  /** libvirt's name of it. */
  public String driver() {
    return driver;
  }

  /** What programs find in their environment variable {@code container}. */
  String container() {
    return container;
  }
}

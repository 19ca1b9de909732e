package org.libvirt.sandbox;

/** The way between this process and a sandbox's supervisor, which the program's streams take. */
public enum ChannelKind {
  /**
   * A Unix-domain socket of this host: gigabytes a second, and nothing of libvirt's in the way. A
   * sandbox outlives a libvirtd that is killed and started again.
   */
  UNIX_SOCKET,

  /**
   * A stream through libvirt's daemon, for where no socket of this host reaches the guest: some
   * tens of megabytes a second. If the daemon ends, the program is lost.
   */
  LIBVIRT_STREAM
}

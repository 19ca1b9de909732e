package org.libvirt.sandbox;

import com.sun.jna.Pointer;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;

/** A libvirt connection that tells its pointer, for the calls that libvirt-java lacks. */
final class LibvirtConnection extends Connect {
  LibvirtConnection(String uri) throws LibvirtException {
    super(uri);
  }

  /** Libvirt's {@code virConnectPtr}, valid until the connection is closed. */
  Pointer pointer() {
    return vcp.getPointer();
  }
}

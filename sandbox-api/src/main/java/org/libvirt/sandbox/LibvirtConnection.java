package org.libvirt.sandbox;

import com.sun.jna.Pointer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;

/**
 * A libvirt connection that tells its pointer, for the calls that libvirt-java lacks. Whoever makes
 * one has {@linkplain EventLoop#enter() entered} the event loop; its end leaves the loop.
 */
final class LibvirtConnection extends Connect {
  private final AtomicBoolean left = new AtomicBoolean();

  LibvirtConnection(String uri) throws LibvirtException {
    super(uri);
  }

  /** Libvirt's {@code virConnectPtr}, valid until the connection is closed. */
  Pointer pointer() {
    return vcp.getPointer();
  }

  @Override
  public int close() throws LibvirtException {
    if (left.compareAndSet(false, true)) {
      EventLoop.leave();
    }
    return super.close();
  }
}

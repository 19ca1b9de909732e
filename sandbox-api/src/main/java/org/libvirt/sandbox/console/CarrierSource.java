package org.libvirt.sandbox.console;

import java.io.Closeable;
import java.io.IOException;

/** Where the host meets one supervisor. */
interface CarrierSource extends Closeable {
  /** Waits for the supervisor; to be called once. */
  Carrier open() throws IOException;

  /** Wakes who waits, and gets an {@link IOException}. A carrier that was given away stays open. */
  @Override
  void close() throws IOException;
}

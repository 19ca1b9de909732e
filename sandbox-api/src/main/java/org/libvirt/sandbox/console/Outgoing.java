package org.libvirt.sandbox.console;

import java.io.IOException;

/** Something that has frames to send when its turn comes. */
interface Outgoing {
  /**
   * Writes some of its frames, as much as one turn allows.
   *
   * @return whether there is more to send, so that it wants another turn
   */
  boolean writeTo(FrameWriter frames) throws IOException;
}

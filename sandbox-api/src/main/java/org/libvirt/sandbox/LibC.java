package org.libvirt.sandbox;

import com.sun.jna.Native;

/** What is called of the C library by JNA's direct mapping. */
final class LibC {
  static {
    Native.register(LibC.class, "c");
  }

  private LibC() {}

  /**
   * {@code getgrouplist(3)}: a negative result says that {@code groups} is too small, and {@code
   * count[0]} how many there are.
   */
  static native int getgrouplist(String user, int group, int[] groups, int[] count);
}

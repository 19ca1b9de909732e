package org.libvirt.sandbox.guest;

/** How a program ended and what it wrote. */
record Outcome(int waitStatus, String stdout, String stderr) {
  static final int SIGNAL_BITS = 0x7f;

  int code() {
    return waitStatus >> 8;
  }

  int signal() {
    return waitStatus & SIGNAL_BITS;
  }
}

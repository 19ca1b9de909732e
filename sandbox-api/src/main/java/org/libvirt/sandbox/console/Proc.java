package org.libvirt.sandbox.console;

import org.jspecify.annotations.Nullable;

/** What a frame is about. The order is that of the protocol's numbers, which start at 1. */
enum Proc {
  STDIN,
  STDOUT,
  STDERR,
  EXIT,
  SHUTDOWN,
  HELLO,
  START,
  STARTED,
  ERROR,
  SIGNAL,
  RESIZE,
  PING,
  PONG,
  CREDIT,
  ATTACH,
  DETACH,
  CONSOLE;

  private static final Proc[] IN_ORDER = values();

  /** The proc of a number on the wire, null for one that this version does not know. */
  static @Nullable Proc ofNumber(int number) {
    return number >= 1 && number <= IN_ORDER.length ? IN_ORDER[number - 1] : null;
  }

  /** The number on the wire. */
  int number() {
    return ordinal() + 1;
  }

  /** The type field of this proc's frames: 1 for a stream's data, else 0. */
  int type() {
    return number() <= STDERR.number() ? 1 : 0;
  }
}

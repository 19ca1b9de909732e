package org.libvirt.sandbox.guest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One frame of docs/protocol.md, as bytes and as what they say. */
record Frame(int proc, int type, int status, int serial, byte[] payload) {
  static final int HEADER = 20;
  static final int STDIN = 1;
  static final int STDOUT = 2;
  static final int STDERR = 3;
  static final int EXIT = 4;
  static final int SHUTDOWN = 5;
  static final int HELLO = 6;
  static final int START = 7;
  static final int STARTED = 8;
  static final int ERROR = 9;
  static final int SIGNAL = 10;
  static final int RESIZE = 11;
  static final int PING = 12;
  static final int PONG = 13;
  static final int CREDIT = 14;
  static final int ATTACH = 15;
  static final int DETACH = 16;
  static final int CONSOLE = 17;

  static Frame of(int proc, int serial, byte... payload) {
    return new Frame(proc, proc <= STDERR ? 1 : 0, 0, serial, payload);
  }

  static Frame ofNumbers(int proc, int serial, int... numbers) {
    var payload = ByteBuffer.allocate(4 * numbers.length);
    for (int number : numbers) {
      payload.putInt(number);
    }
    return of(proc, serial, payload.array());
  }

  static Frame hello(long session) {
    return of(
        HELLO,
        0,
        ByteBuffer.allocate(20).putInt(1).putInt(7).putInt(262144).putLong(session).array());
  }

  byte[] bytes() {
    return ByteBuffer.allocate(HEADER + payload.length)
        .putInt(HEADER + payload.length)
        .putInt(proc)
        .putInt(type)
        .putInt(status)
        .putInt(serial)
        .put(payload)
        .array();
  }

  int number(int index) {
    return ByteBuffer.wrap(payload).getInt(4 * index);
  }

  String text(int offset) {
    return new String(payload, offset, payload.length - offset, StandardCharsets.UTF_8);
  }

  boolean is(int proc, int serial) {
    return this.proc == proc && this.serial == serial;
  }
}

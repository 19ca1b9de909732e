package org.libvirt.sandbox.builder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Runs a seccomp filter as the kernel does: the instructions that filters may have, no others. */
final class FilterMachine {
  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;

  private final ByteBuffer program;

  FilterMachine(byte[] program) {
    this.program = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * What a call is answered with: 0 where it is allowed, else an errno.
   *
   * @param audit the program's architecture
   * @param arguments of 64 bits each, at most six
   */
  int answer(int audit, int number, long... arguments) {
    ByteBuffer call = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    call.putInt(number).putInt(audit).putLong(0);
    for (long argument : arguments) {
      call.putLong(argument);
    }
    int answer = run(call);
    if (answer == ALLOW) {
      return 0;
    }
    if ((answer & 0xffff0000) != ERRNO) {
      throw new AssertionError("the filter answers " + Integer.toHexString(answer));
    }
    return answer & 0xffff;
  }

  private int run(ByteBuffer call) {
    int accumulator = 0;
    int at = 0;
    while (true) {
      int code = program.getShort(8 * at);
      int ifTrue = program.get(8 * at + 2) & 0xff;
      int ifFalse = program.get(8 * at + 3) & 0xff;
      int value = program.getInt(8 * at + 4);
      at++;
      switch (code) {
        case 0x20 -> accumulator = call.getInt(value);
        case 0x05 -> at += value;
        case 0x15 -> at += accumulator == value ? ifTrue : ifFalse;
        case 0x35 -> at += Integer.compareUnsigned(accumulator, value) >= 0 ? ifTrue : ifFalse;
        case 0x45 -> at += (accumulator & value) != 0 ? ifTrue : ifFalse;
        case 0x06 -> {
          return value;
        }
        default -> throw new AssertionError("instruction " + Integer.toHexString(code));
      }
    }
  }
}

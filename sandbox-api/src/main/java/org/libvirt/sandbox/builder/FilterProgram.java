package org.libvirt.sandbox.builder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.config.SystemCallFilter;

/**
 * A filter of system calls as the classic BPF program that the kernel runs before each call. It
 * looks at the architecture first, as the same number means another call on another one; what is
 * made for an architecture without a table is refused whole.
 */
final class FilterProgram {
  private static final int LOAD = 0x20;
  private static final int JUMP = 0x05;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int JUMP_IF_AT_LEAST = 0x35;
  private static final int JUMP_IF_BITS = 0x45;
  private static final int RETURN = 0x06;

  // struct seccomp_data
  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int ARGUMENTS = 16;

  private static final int ALLOW = 0x7fff0000;
  private static final int ERRNO = 0x00050000;

  /** The numbers of x32 are those of x86_64 with this bit. */
  private static final int X32 = 0x40000000;

  private static final int BYTES = 8;

  private final List<Instruction> instructions = new ArrayList<>();

  private FilterProgram() {}

  private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

  /**
   * The filter of a config's programs on this machine.
   *
   * @return the program in the byte order of its machine; empty where nothing is refused
   */
  static Optional<byte[]> of(SandboxConfig config) {
    return of(
        config.hardening().systemCalls(), config.isPrivileged(), System.getProperty("os.arch"));
  }

  /** The same on a machine of this architecture. */
  static Optional<byte[]> of(SystemCallFilter filter, boolean privileged, String architecture) {
    List<CallRefusal> refusals = CallRefusal.of(filter, privileged);
    if (refusals.isEmpty()) {
      return Optional.empty();
    }
    FilterProgram program = new FilterProgram();
    program.add(LOAD, ARCHITECTURE);
    for (CallTable table : CallTable.ofMachine(architecture)) {
      // what a name stands for is known up to the table's end, and beyond it is whatever is new
      program.addPart(table, refusals, filter.isConfined() ? table.highest() + 1 : X32);
    }
    program.addAnswer(CallRefusal.Errno.ENOSYS);
    return Optional.of(program.toBytes());
  }

  private void addPart(CallTable table, List<CallRefusal> refusals, int end) {
    FilterProgram part = new FilterProgram();
    part.add(LOAD, NUMBER);
    part.addTest(JUMP_IF_AT_LEAST, end, 0, 1);
    part.addAnswer(CallRefusal.Errno.ENOSYS);
    for (CallRefusal refusal : refusals) {
      OptionalInt number = table.number(refusal.call());
      if (number.isPresent()) {
        part.addRefusal(number.getAsInt(), refusal);
      }
    }
    part.add(RETURN, ALLOW);
    addTest(JUMP_IF_EQUAL, table.audit(), 1, 0);
    add(JUMP, part.instructions.size());
    instructions.addAll(part.instructions);
  }

  private void addRefusal(int number, CallRefusal refusal) {
    CallCondition condition = refusal.condition();
    if (condition.isAlways()) {
      addTest(JUMP_IF_EQUAL, number, 0, 1);
      addAnswer(refusal.error());
      return;
    }
    FilterProgram test = new FilterProgram();
    test.addCondition(condition);
    test.addAnswer(refusal.error());
    test.add(LOAD, NUMBER); // for the refusals that follow
    addTest(JUMP_IF_EQUAL, number, 0, test.instructions.size());
    instructions.addAll(test.instructions);
  }

  /** Goes on with the next instruction where the condition holds, and passes over it else. */
  private void addCondition(CallCondition condition) {
    // the low half of an argument: all machines with a table are little-endian
    add(LOAD, ARGUMENTS + 8 * condition.argument());
    int left = condition.but().size() + condition.among().size() + (condition.bits() == 0 ? 0 : 1);
    for (int value : condition.but()) {
      addTest(JUMP_IF_EQUAL, value, left--, 0);
    }
    if (condition.bits() != 0) {
      addTest(JUMP_IF_BITS, condition.bits(), 0, left--);
    }
    for (int value : condition.among()) {
      boolean last = --left == 0;
      addTest(JUMP_IF_EQUAL, value, left, last ? 1 : 0);
    }
  }

  private void add(int code, int value) {
    instructions.add(new Instruction(code, 0, 0, value));
  }

  private void addTest(int code, int value, int ifTrue, int ifFalse) {
    if (ifTrue > 255 || ifFalse > 255) {
      throw new IllegalStateException("a jump of the filter is too far for classic BPF");
    }
    instructions.add(new Instruction(code, ifTrue, ifFalse, value));
  }

  private void addAnswer(CallRefusal.Errno error) {
    add(RETURN, ERRNO | error.number);
  }

  private byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(BYTES * instructions.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (Instruction instruction : instructions) {
      bytes.putShort((short) instruction.code);
      bytes.put((byte) instruction.ifTrue).put((byte) instruction.ifFalse);
      bytes.putInt(instruction.value);
    }
    return bytes.array();
  }
}

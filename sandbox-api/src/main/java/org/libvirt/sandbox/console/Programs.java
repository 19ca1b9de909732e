package org.libvirt.sandbox.console;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.SandboxException;

/** The programs of a channel that may still be heard of. */
final class Programs {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Program> bySerial = new HashMap<>();
  private int nextSerial;
  private @Nullable SandboxException loss;

  /** Puts the first frame of a program in its place behind those of the others. */
  interface Introduction {
    void send(Program program);
  }

  /** Adds a program with the next number, and introduces it in the order of the numbers. */
  Program add(Program.Line line, ProgramLimits limits, Introduction introduction) {
    lock.lock();
    try {
      Program program = put(new Program(nextSerial, line, limits));
      introduction.send(program);
      return program;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the next number for what is no program, and so is not one of these. */
  int nextNumber() {
    lock.lock();
    try {
      if (loss != null) {
        throw loss;
      }
      return nextSerial++;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a program that has its number already, in the place of its predecessor if it has one. */
  Program put(Program program) {
    lock.lock();
    try {
      if (loss != null) {
        throw loss;
      }
      nextSerial = Math.max(nextSerial, program.serial() + 1);
      bySerial.put(program.serial(), program);
      return program;
    } finally {
      lock.unlock();
    }
  }

  /** The program of a number, null if there is none or its last frame has come. */
  @Nullable Program find(int serial) {
    lock.lock();
    try {
      return bySerial.get(serial);
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return bySerial.size();
    } finally {
      lock.unlock();
    }
  }

  /** Removes a program, of which nothing will be heard. */
  void forget(Program program) {
    lock.lock();
    try {
      bySerial.remove(program.serial(), program);
    } finally {
      lock.unlock();
    }
  }

  /** Removes a program that was not started; the first one's number must be given again. */
  void free(Program program) {
    lock.lock();
    try {
      forget(program);
      if (program.serial() == 0 && nextSerial == 1) {
        nextSerial = 0;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Tells all, and those who come later, that the channel has ended. */
  void lose(SandboxException cause) {
    List<Program> lost;
    lock.lock();
    try {
      loss = cause;
      lost = List.copyOf(bySerial.values());
      bySerial.clear();
    } finally {
      lock.unlock();
    }
    lost.forEach(program -> program.lose(cause));
  }
}

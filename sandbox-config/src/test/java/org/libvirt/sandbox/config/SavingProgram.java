package org.libvirt.sandbox.config;

import java.io.IOException;
import java.nio.file.Path;

/** A process that saves a file, for what a process has but a thread has not: umask and limits. */
final class SavingProgram {
  private SavingProgram() {}

  /** Saves to a path as many bytes as asked for, and prints what came of it. */
  public static void main(String[] arguments) {
    try {
      new NewFile(Path.of(arguments[0])).write(new byte[Integer.parseInt(arguments[1])]);
      System.out.print("saved");
    } catch (IOException e) {
      System.out.print(e.getMessage());
    }
  }
}

package org.libvirt.sandbox.config;

import java.util.List;

/** The program of a config and its arguments. */
final class Command {
  /** The command where none is given. */
  static final List<String> SHELL = List.of("/bin/sh");

  private Command() {}

  /** An unmodifiable copy of a command that a program can be started by. */
  static List<String> check(List<String> command) {
    List<String> checked = List.copyOf(command);
    if (checked.isEmpty() || checked.get(0).isEmpty()) {
      throw new IllegalArgumentException("command without a program; write one, such as '/bin/sh'");
    }
    for (int i = 0; i < checked.size(); i++) {
      Text.forProgram("argument " + i + " of the command", checked.get(i));
    }
    return checked;
  }
}

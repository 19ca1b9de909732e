package org.libvirt.sandbox.examples;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What can be typed, for those who document it; a run needs nothing of this. */
final class Commands {
  private Commands() {}

  /** The command that runs a program. */
  static CommandSpec run() {
    return Options.commandLine().getCommandSpec();
  }

  /** The others, by the word that stands behind {@code virt-sandbox}. */
  static Map<String, CommandSpec> others() {
    Map<String, CommandSpec> others = new LinkedHashMap<>();
    others.put(Attach.NAME, Attach.commandLine().getCommandSpec());
    others.put(Listing.NAME, Listing.commandLine().getCommandSpec());
    others.put(Cleaning.NAME, Cleaning.commandLine().getCommandSpec());
    return others;
  }

  /** The options of a command in the order of its help text. */
  static List<OptionSpec> options(CommandSpec command) {
    return command.options().stream()
        .sorted((one, other) -> Integer.compare(one.order(), other.order()))
        .toList();
  }

  /** Whether a command is told the name of a sandbox that runs. */
  static boolean namesSandbox(CommandSpec command) {
    return command.positionalParameters().stream()
        .anyMatch(parameter -> parameter.paramLabel().equals("NAME"));
  }

  /** Whether an option has a value. */
  static boolean takesValue(OptionSpec option) {
    return option.arity().max() > 0;
  }

  /** Text of picocli's, in which a percent sign is written twice. */
  static String text(String... lines) {
    return String.join("\n", lines).replace("%%", "%");
  }
}

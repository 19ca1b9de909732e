package org.libvirt.sandbox.examples;

import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.config.InteractiveConfig;
import picocli.CommandLine.Option;

/** The options of a command line for the program's environment. */
final class EnvironmentOptions {
  @Option(
      names = {"-e", "--env"},
      order = 16,
      paramLabel = "NAME[=VALUE]",
      description =
          "variable of COMMAND's environment; without a value, the caller's, if it is set;"
              + " repeatable")
  private List<String> variables = List.of();

  @Option(
      names = "--env-file",
      order = 17,
      paramLabel = "FILE",
      description =
          "the same for each line of FILE but empty ones and comments (#); --env wins; repeatable")
  private List<Path> files = List.of();

  /**
   * Puts the variables into a config.
   *
   * @throws IllegalArgumentException if something is wrong; its message names the option
   */
  void describe(InteractiveConfig.Builder config) {
    if (!variables.isEmpty() || !files.isEmpty()) {
      describe(config, CallerEnvironment.read());
    }
  }

  void describe(InteractiveConfig.Builder config, CallerEnvironment caller) {
    OptionValue.each(
        "--env-file",
        files,
        file -> EnvironmentFile.read(file).each(variable -> add(config, variable, caller)));
    OptionValue.each("--env", variables, variable -> add(config, variable, caller));
  }

  private static void add(
      InteractiveConfig.Builder config, String variable, CallerEnvironment caller) {
    if (variable.isEmpty() || variable.indexOf('=') >= 0) {
      config.environment(variable);
    } else {
      caller.value(variable).ifPresent(value -> config.environment(variable, value));
    }
  }
}

package org.libvirt.sandbox.examples;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** An option that is on or off; picocli would take {@code --verbose=false} as well. */
class Flag implements IParameterPreprocessor {
  @Override
  public boolean preprocess(
      Stack<String> rest, CommandSpec command, ArgSpec option, Map<String, Object> form) {
    if ("=".equals(form.get("separator"))) {
      throw new ParameterException(
          command.commandLine(),
          "option '" + ((OptionSpec) option).longestName() + "' takes no value");
    }
    return false;
  }

  /** A flag behind which nothing is read any more. */
  static final class LastWord extends Flag {
    @Override
    public boolean preprocess(
        Stack<String> rest, CommandSpec command, ArgSpec option, Map<String, Object> form) {
      super.preprocess(rest, command, option, form);
      rest.clear();
      return false;
    }
  }
}

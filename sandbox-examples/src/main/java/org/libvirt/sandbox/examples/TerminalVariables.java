package org.libvirt.sandbox.examples;

import java.util.Map;
import java.util.TreeMap;
import org.libvirt.sandbox.config.InteractiveConfig;

/**
 * The environment variables by which a program knows what its terminal can do, and the language of
 * who sits there: TERM, LANG, LANGUAGE and those that begin with LC_.
 */
final class TerminalVariables {
  private final Map<String, String> variables = new TreeMap<>();

  TerminalVariables(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (name.equals("TERM")
              || name.equals("LANG")
              || name.equals("LANGUAGE")
              || name.startsWith("LC_")) {
            variables.put(name, value);
          }
        });
  }

  /** Those of this process's caller. */
  static TerminalVariables ofCaller() {
    return new TerminalVariables(CallerEnvironment.read().variables());
  }

  /** The config with those of them that have a value and that it does not set itself. */
  InteractiveConfig addTo(InteractiveConfig config) {
    InteractiveConfig.Builder builder = config.toBuilder();
    variables.forEach(
        (name, value) -> {
          if (!value.isEmpty() && !config.environment().containsKey(name)) {
            builder.environment(name, value);
          }
        });
    return builder.build();
  }
}

package org.libvirt.sandbox.examples;

import java.util.Map;
import java.util.TreeMap;
import org.libvirt.sandbox.config.InteractiveConfig;

/**
 * The environment variables by which a program knows what its terminal can do, and the language of
 * who sits there: TERM, LANG, LANGUAGE and those that begin with LC_.
 */
final class TerminalVariables {
  /** The start script sets LC_ALL for this JVM where the caller's locale is not one of UTF-8. */
  private static final String CALLERS_LC_ALL = "virt-sandbox.lc-all";

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
    Map<String, String> environment = new TreeMap<>(System.getenv());
    String lcAll = System.getProperty(CALLERS_LC_ALL);
    if (lcAll != null) {
      environment.put("LC_ALL", lcAll);
    }
    return new TerminalVariables(environment);
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

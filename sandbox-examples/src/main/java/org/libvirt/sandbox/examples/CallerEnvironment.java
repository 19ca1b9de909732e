package org.libvirt.sandbox.examples;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The environment that the command was started with. */
final class CallerEnvironment {
  /** The start script sets LC_ALL for this JVM where the caller's locale is not one of UTF-8. */
  private static final String CALLERS_LC_ALL = "virt-sandbox.lc-all";

  /** What the JDK makes of bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private final Map<String, String> variables;

  CallerEnvironment(Map<String, String> variables) {
    this.variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  /** That of this process, but for what the start script has changed. */
  static CallerEnvironment read() {
    Map<String, String> variables = new TreeMap<>(System.getenv());
    String lcAll = System.getProperty(CALLERS_LC_ALL);
    if (lcAll != null) {
      variables.put("LC_ALL", lcAll);
    }
    return new CallerEnvironment(variables);
  }

  Map<String, String> variables() {
    return variables;
  }

  /**
   * The value of a variable.
   *
   * @return empty if it is not set
   * @throws IllegalArgumentException if it is not UTF-8, and so would be given on as another
   */
  Optional<String> value(String name) {
    String value = variables.get(name);
    if (value != null && value.indexOf(REPLACEMENT) >= 0) {
      throw new IllegalArgumentException(
          "the variable '" + name + "' is not valid UTF-8; write " + name + "=VALUE");
    }
    return Optional.ofNullable(value);
  }
}

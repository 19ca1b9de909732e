package org.libvirt.sandbox.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.SandboxException;

/**
 * Which libvirt a command line means.
 *
 * @param text the URI
 * @param origin what gave it, for people
 */
record ConnectionUri(String text, String origin) {
  private static final String VARIABLE = "LIBVIRT_DEFAULT_URI";
  private static final String USUAL = "the default URI";
  private static final Pattern HOST = Pattern.compile("[^:/]*://([^/?#]+).*", Pattern.DOTALL);

  /**
   * Refuses a URI of another host.
   *
   * @throws IllegalArgumentException if it names one
   */
  ConnectionUri {
    Matcher host = HOST.matcher(text);
    if (host.matches()) {
      throw new IllegalArgumentException(
          "%s: '%s' is on host '%s', and sandboxes on other hosts cannot be had yet; write a URI"
                  .formatted(origin, text, host.group(1))
              + " without a host, such as 'lxc:///'");
    }
  }

  /**
   * That of an option, else of the user's environment, else the usual one.
   *
   * @param option the value of {@code --connect}; null where it is not given
   * @param variable the value of {@code LIBVIRT_DEFAULT_URI}; null where it is not set
   */
  static ConnectionUri of(@Nullable String option, @Nullable String variable) {
    if (option != null) {
      return new ConnectionUri(option, "option '--connect'");
    }
    return variable == null || variable.isEmpty()
        ? new ConnectionUri("lxc:///", USUAL)
        : new ConnectionUri(variable, "environment variable '" + VARIABLE + "'");
  }

  static ConnectionUri of(@Nullable String option) {
    return of(option, System.getenv(VARIABLE));
  }

  /** Whether it is nobody's choice, and may give way to another. */
  boolean isUsual() {
    return origin.equals(USUAL);
  }

  /** What this URI was refused for, with what gave it. */
  SandboxException refused(RuntimeException reason) {
    return new SandboxException(origin + ": " + reason.getMessage(), reason);
  }
}

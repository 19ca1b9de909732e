package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The name of a sandbox, libvirt's name for its domain, and its host name. */
final class SandboxName {
  // LXC makes the host name of it: the kernel refuses more than 64 bytes.
  private static final int MAX_BYTES = 64;

  private static final String LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
  private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

  private SandboxName() {}

  /** A name that no other sandbox is likely to have. */
  static String random() {
    return "sandbox-%08x".formatted(ThreadLocalRandom.current().nextInt());
  }

  /** Returns the name if it is one. */
  static String check(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("sandbox name is empty; write one, such as 'build'");
    }
    Text.ofOneLine("sandbox name", name);
    if (name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "sandbox name '%s' is a path; write a name without '/', other than '.' and '..'"
              .formatted(name));
    }
    int bytes = name.getBytes(UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "sandbox name '%s' has %d bytes in UTF-8; write at most %d"
              .formatted(name, bytes, MAX_BYTES));
    }
    return name;
  }

  /** Returns the name if a host can have it. */
  static String checkHostName(String name) {
    if (name.length() > MAX_BYTES || !HOST_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          ("host name '%s' is none; write at most %d letters, digits, hyphens and dots, with a"
                  + " letter or digit on both sides of each dot and at both ends")
              .formatted(Text.printable(name), MAX_BYTES));
    }
    return name;
  }
}

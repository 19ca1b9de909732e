package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.ThreadLocalRandom;

/** The name of a sandbox: libvirt's name for its domain, and part of paths and of a host name. */
final class SandboxName {
  // LXC makes the host name of it: the kernel refuses more than 64 bytes.
  private static final int MAX_BYTES = 64;

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
}

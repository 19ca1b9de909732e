package org.libvirt.sandbox.config;

import java.util.Set;

/** Libvirt's names of processor architectures. */
final class Architecture {
  private static final Set<String> NAMES =
      Set.of(
          "aarch64",
          "alpha",
          "armv6l",
          "armv7l",
          "cris",
          "i686",
          "ia64",
          "lm32",
          "loongarch64",
          "m68k",
          "microblaze",
          "microblazeel",
          "mips",
          "mips64",
          "mips64el",
          "mipsel",
          "openrisc",
          "parisc",
          "parisc64",
          "ppc",
          "ppc64",
          "ppc64le",
          "ppcemb",
          "riscv32",
          "riscv64",
          "s390",
          "s390x",
          "sh4",
          "sh4eb",
          "sparc",
          "sparc64",
          "unicore32",
          "x86_64",
          "xtensa",
          "xtensaeb");

  private Architecture() {}

  /** The architecture of this host, as far as the JVM tells: that of the JVM itself. */
  static String ofHost() {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "amd64" -> "x86_64";
      case "i386", "x86" -> "i686";
      case "arm" -> "armv7l";
      default -> name;
    };
  }

  /** Returns the name if libvirt knows it. */
  static String check(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "architecture '%s' is not known to libvirt; write a name such as '%s'"
              .formatted(name, ofHost()));
    }
    return name;
  }
}

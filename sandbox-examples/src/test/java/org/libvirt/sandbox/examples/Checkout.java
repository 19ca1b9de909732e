package org.libvirt.sandbox.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The checkout that these tests are part of, wherever they are run. */
final class Checkout {
  private Checkout() {}

  /** Its root, found from where the tests' classes lie, else from the working directory. */
  static Path root() {
    return Stream.of(classes(), Path.of("").toAbsolutePath())
        .flatMap(start -> Stream.iterate(start, path -> path != null, Path::getParent))
        .filter(directory -> Files.isExecutable(directory.resolve("bin/virt-sandbox")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no bin/virt-sandbox above " + classes()));
  }

  private static Path classes() {
    return Path.of(Checkout.class.getProtectionDomain().getCodeSource().getLocation().getPath());
  }
}

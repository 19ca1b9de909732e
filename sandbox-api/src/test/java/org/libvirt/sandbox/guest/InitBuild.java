package org.libvirt.sandbox.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A way in which the same sources of {@code sandbox-init} are built; each test runs on all of them.
 */
enum InitBuild {
  /** What is shipped: static, musl. */
  SHIPPED {
    @Override
    Path program() {
      return Path.of("target/classes/linux-" + architecture(), "sandbox-init").toAbsolutePath();
    }
  },
  /** With glibc, under the address and undefined-behaviour sanitizers. */
  SANITIZED {
    @Override
    Path program() {
      Path directory = Path.of("target/sanitized").toAbsolutePath();
      synchronized (this) {
        if (!built) {
          build(directory);
          built = true;
        }
      }
      return directory.resolve("sandbox-init");
    }
  };

  private static boolean built;

  abstract Path program();

  private static String architecture() {
    return System.getProperty("os.arch").replace("amd64", "x86_64");
  }

  private static void build(Path directory) {
    try {
      Files.createDirectories(directory);
      var process =
          new ProcessBuilder(
                  Path.of("src/test/c/build-sanitized").toAbsolutePath().toString(),
                  directory.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the sanitized init cannot be built: " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the sanitized init was built", e);
    }
  }
}

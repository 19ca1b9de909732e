package org.libvirt.sandbox.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
      return Sanitized.PROGRAM;
    }
  };

  /** Built once, when it is first asked for. */
  private static final class Sanitized {
    static final Path PROGRAM = build(Path.of("target/sanitized").toAbsolutePath());
  }

  abstract Path program();

  private static String architecture() {
    return System.getProperty("os.arch").replace("amd64", "x86_64");
  }

  private static Path build(Path directory) {
    try {
      Files.createDirectories(directory);
      var process =
          new ProcessBuilder(
                  Path.of("src/test/c/build-sanitized").toAbsolutePath().toString(),
                  directory.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("the sanitized init cannot be built: " + output);
      }
      return directory.resolve("sandbox-init");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the sanitized init was built", e);
    }
  }
}

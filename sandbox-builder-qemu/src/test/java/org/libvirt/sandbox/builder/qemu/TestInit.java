package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.nio.file.Path;

/** An init for machines of these tests, which loads modules and tells of it. */
final class TestInit {
  private static final Path SOURCE = Path.of("src/test/c/load.c").toAbsolutePath();

  private TestInit() {}

  static Path compile(Path program) throws IOException, InterruptedException {
    Process compiler =
        new ProcessBuilder(
                "musl-gcc",
                "-std=c11",
                "-D_GNU_SOURCE",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-O1",
                "-static",
                "-o",
                program.toString(),
                SOURCE.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(compiler.getInputStream().readAllBytes());
    if (compiler.waitFor() != 0) {
      throw new IOException("musl-gcc: " + said);
    }
    return program;
  }
}

package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.nio.file.Path;

/** An init for machines of these tests, which loads modules and tells of it. */
final class TestInit {
  private static final Path SOURCES = Path.of("src/test/c").toAbsolutePath();

  private TestInit() {}

  static Path compile(Path program) throws IOException, InterruptedException {
    return compile("load.c", program);
  }

  /** Any other static program of these tests. */
  static Path compile(String source, Path program) throws IOException, InterruptedException {
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
                SOURCES.resolve(source).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(compiler.getInputStream().readAllBytes());
    if (compiler.waitFor() != 0) {
      throw new IOException("musl-gcc: " + said);
    }
    return program;
  }
}

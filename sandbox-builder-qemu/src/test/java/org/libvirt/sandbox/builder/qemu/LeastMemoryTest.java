package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Resources;

final class LeastMemoryTest {
  private static final long MIB = 1L << 20;

  @TempDir Path directory;

  private BootFiles boot(long kernelSize) throws IOException {
    return new BootFiles(
        sparse("kernel", kernelSize),
        new Initrd(sparse("initrd", MIB), ModuleList.parse(""), List.of()));
  }

  private Path sparse(String name, long size) throws IOException {
    Path file = directory.resolve(name);
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(size);
    }
    return file;
  }

  @Test
  void memory_in_which_no_kernel_comes_to_words_is_refused_with_the_least() throws IOException {
    BootFiles boot = boot(50 * MIB);

    assertThatThrownBy(
            () -> LeastMemory.require(Resources.standard().withMemory(4 * MIB), "6.1", boot))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessage(
            "memory of 4096 KiB is too little to start kernel 6.1; give --memory 72m or more");
  }

  @Test
  void a_large_kernel_needs_more() throws IOException {
    BootFiles boot = boot(100 * MIB + 1);

    assertThatThrownBy(
            () -> LeastMemory.require(Resources.standard().withMemory(108 * MIB), "6.1", boot))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageEndingWith("give --memory 109m or more");
  }

  @Test
  void the_least_and_the_default_are_taken() throws IOException {
    BootFiles boot = boot(50 * MIB);

    assertThatCode(
            () -> {
              LeastMemory.require(Resources.standard().withMemory(72 * MIB), "6.1", boot);
              LeastMemory.require(Resources.standard(), "6.1", boot);
            })
        .doesNotThrowAnyException();
  }
}

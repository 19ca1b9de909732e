package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * What a machine boots. Those of the cache are the same for all machines of one kernel, read-only
 * to those who use them, and stay where they are for ten minutes at least.
 *
 * @param kernel the kernel in the form that starts fastest
 * @param initrd the initial RAM disk
 */
record BootFiles(Path kernel, Initrd initrd) {
  BootFiles {
    requireNonNull(kernel, "kernel");
    requireNonNull(initrd, "initrd");
  }

  /**
   * Copies for one machine: libvirt makes QEMU's user the owner of what its machine boots, and an
   * owner can write to it.
   *
   * @param directory the machine's own
   * @throws HostLacksException if they cannot be made
   */
  BootFiles copiedTo(Path directory) {
    try {
      Path ownKernel = copy(kernel, directory.resolve("kernel"));
      Path ownInitrd = copy(initrd.file(), directory.resolve("initrd"));
      return new BootFiles(ownKernel, new Initrd(ownInitrd, initrd.modules(), initrd.sources()));
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot copy what the machine boots: %s; it takes up to 100 MiB in %s"
              .formatted(IoProblem.words(e), directory),
          e);
    }
  }

  /** Without the attributes in which libvirt notes who has the original. */
  private static Path copy(Path file, Path copy) throws IOException {
    return Files.copy(file, copy);
  }
}

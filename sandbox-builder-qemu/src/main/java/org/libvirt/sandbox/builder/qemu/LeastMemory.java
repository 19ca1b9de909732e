package org.libvirt.sandbox.builder.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.IoProblem;
import org.libvirt.sandbox.config.Resources;

/**
 * The memory below which a machine ends, or stands still, without a word: its kernel does not fit.
 * With more, but too little, the kernel panics and says so.
 */
final class LeastMemory {
  private static final long MIB = 1L << 20;

  /** In MiB; a kernel of Debian, whose file has 63 MiB, is silent with 69 and panics with 71. */
  private static final long MEASURED = 72;

  /** What a larger kernel needs beside its own size to come so far. */
  private static final long BESIDE_KERNEL = 8 * MIB;

  private LeastMemory() {}

  /**
   * Refuses a limit that is below it.
   *
   * @throws InvalidSandboxException if it is
   */
  static void require(Resources resources, String release, BootFiles boot) {
    long least = Math.max(MEASURED, (sizeOf(boot.kernel()) + BESIDE_KERNEL + MIB - 1) / MIB);
    if (resources.memory().isPresent() && resources.memory().getAsLong() < least * MIB) {
      throw new InvalidSandboxException(
          "memory of %d KiB is too little to start kernel %s; give --memory %dm or more"
              .formatted(resources.memory().getAsLong() / 1024, release, least));
    }
  }

  private static long sizeOf(Path kernel) {
    try {
      return Files.size(kernel);
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot look at the kernel that virtual machines boot: " + IoProblem.words(e), e);
    }
  }
}

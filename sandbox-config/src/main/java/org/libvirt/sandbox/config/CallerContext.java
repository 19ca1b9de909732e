package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The SELinux context of this process. */
final class CallerContext {
  private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");
  private static final Path CONTEXT = Path.of("/proc/self/attr/current");

  private CallerContext() {}

  /** The context; empty on a host without SELinux. */
  static Optional<String> read() {
    // without SELinux the file may hold the label of another security module
    return Files.exists(SELINUX) ? read(CONTEXT) : Optional.empty();
  }

  /** The context that a file of the kernel holds, which may end with a NUL. */
  static Optional<String> read(Path file) {
    try {
      String context = Files.readString(file, UTF_8).replace("\0", "").strip();
      return context.isEmpty() ? Optional.empty() : Optional.of(context);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "security 'inherit' cannot read this process's context in '%s'; write 'dynamic', or"
                  .formatted(file)
              + " 'static,label=LABEL'",
          e);
    }
  }
}

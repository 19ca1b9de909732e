package org.libvirt.sandbox.builder;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a process's names mean: the links of its directory in /proc, each read when it is asked for,
 * once. They are empty if the process has ended, is a kernel thread, or another user's.
 */
final class ProcessView {
  private final Path process;
  private final Supplier<Optional<Path>> mountNamespace;
  private final Supplier<Optional<Path>> root;
  private final Supplier<Optional<Path>> directory;

  ProcessView(Path process) {
    this.process = process;
    mountNamespace = Suppliers.memoize(() -> link("ns/mnt"));
    root = Suppliers.memoize(() -> link("root"));
    directory = Suppliers.memoize(() -> link("cwd"));
  }

  /** Its directory in /proc. */
  Path process() {
    return process;
  }

  /** Not kept: that it is there tells that the process is. */
  Optional<Path> network() {
    return link("ns/net");
  }

  Optional<Path> mountNamespace() {
    return mountNamespace.get();
  }

  Optional<Path> root() {
    return root.get();
  }

  /** Its working directory. */
  Optional<Path> directory() {
    return directory.get();
  }

  private Optional<Path> link(String name) {
    try {
      return Optional.of(Files.readSymbolicLink(process.resolve(name)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

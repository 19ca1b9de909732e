package org.libvirt.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Why this process cannot have containers, as far as it shows without trying. Where it cannot, an
 * {@link EmbeddedLibvirt} still gives it virtual machines.
 */
public final class ContainerObstacle {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private ContainerObstacle() {}

  /**
   * What keeps this process from containers.
   *
   * @return a clause such as {@code this user is not root}; empty where none shows
   */
  public static Optional<String> ofThisProcess() {
    return of(ProcessRights.ofThisProcess()).or(() -> ofCgroups(CGROUPS));
  }

  /**
   * The obstacle that the cgroups are; bin/virt-sandbox asks the same of them. Of v1 each
   * controller has a directory of its own, one of which tells for all.
   *
   * @param directory where they are mounted
   */
  static Optional<String> ofCgroups(Path directory) {
    return Files.isWritable(directory.resolve("cgroup.procs"))
            || Files.isWritable(directory.resolve("devices/tasks"))
        ? Optional.empty()
        : Optional.of("this root has no cgroups in %s that it may write to".formatted(directory));
  }

  /** The obstacle that a process's rights are. */
  static Optional<String> of(ProcessRights rights) {
    if (!rights.isRoot()) {
      return Optional.of("this user is not root");
    }
    if (!rights.mayMount()) {
      return Optional.of("this root lacks the capability CAP_SYS_ADMIN");
    }
    if (rights.isInUserNamespace()) {
      return Optional.of("this root is that of a user namespace");
    }
    return Optional.empty();
  }
}

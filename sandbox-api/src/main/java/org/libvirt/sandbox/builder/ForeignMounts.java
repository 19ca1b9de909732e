package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mounts of another mount namespace, and where this process's own show the same.
 *
 * <p>Most of what a sandbox has is its own, or read-only: nothing that is bound there has a name
 * here, however much there is of it.
 */
final class ForeignMounts {
  private final MountPoints theirs;
  private final MountPoints own;

  /** Those on which a socket can be bound that has a name here. */
  private final Set<HostMount> shared = new HashSet<>();

  private ForeignMounts(MountPoints theirs, MountPoints own) {
    this.theirs = theirs;
    this.own = own;
    theirs.mounts().stream().filter(this::isShared).forEach(shared::add);
  }

  /**
   * Reads those that a process sees.
   *
   * @param own the mounts of this process's namespace
   * @throws IOException if the process has ended
   */
  static ForeignMounts read(Path process, MountPoints own) throws IOException {
    return new ForeignMounts(new MountPoints(HostMount.readOf(process.resolve("mountinfo"))), own);
  }

  private boolean isShared(HostMount mount) {
    return !mount.flags().contains("ro")
        && own.mounts().stream()
            .filter(other -> other.device().equals(mount.device()))
            .map(HostMount::root)
            .anyMatch(root -> root.startsWith(mount.root()) || mount.root().startsWith(root));
  }

  /** Whether anything that is bound there can have a name here. */
  boolean areShared() {
    return !shared.isEmpty();
  }

  /** Whether what is bound at a path, or below it, can have a name here. */
  boolean areSharedBelow(Path path) {
    return theirs.holding(path).filter(shared::contains).isPresent()
        || shared.stream().anyMatch(mount -> mount.point().startsWith(path));
  }

  /**
   * Names here of what lies there; what else is mounted here of the same file system, where it is
   * the same at the same place, is left to who finds it there.
   *
   * @param path an absolute path without symbolic links
   * @return empty where nothing can be bound
   */
  List<Path> namesOf(Path path) {
    Optional<HostMount> mount = theirs.holding(path).filter(shared::contains);
    if (mount.isEmpty()) {
      return List.of();
    }
    if (own.holding(path).filter(other -> isSame(mount.get(), other)).isPresent()) {
      return List.of(path);
    }
    return mount.get().aliases(own.mounts(), path);
  }

  /** Whatever their flags are. */
  private static boolean isSame(HostMount one, HostMount other) {
    return one.point().equals(other.point())
        && one.device().equals(other.device())
        && one.root().equals(other.root());
  }
}

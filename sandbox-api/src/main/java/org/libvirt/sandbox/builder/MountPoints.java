package org.libvirt.sandbox.builder;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Mounts by where they are, for who asks for many paths. */
final class MountPoints {
  private final List<HostMount> mounts;
  private final Map<Path, HostMount> uppermost = new HashMap<>();

  /**
   * Of one mount namespace.
   *
   * @param mounts each before those on top of it
   */
  MountPoints(List<HostMount> mounts) {
    this.mounts = mounts;
    mounts.forEach(mount -> uppermost.put(mount.point(), mount));
  }

  List<HostMount> mounts() {
    return mounts;
  }

  /** As {@link HostMount#holding}. */
  Optional<HostMount> holding(Path path) {
    for (Path point = path; point != null; point = point.getParent()) {
      HostMount mount = uppermost.get(point);
      if (mount != null) {
        return Optional.of(mount);
      }
    }
    return Optional.empty();
  }
}

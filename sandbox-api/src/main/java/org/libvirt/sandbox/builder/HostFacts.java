package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.libvirt.sandbox.HostLacksException;

/**
 * What a builder must know about this host as it is when a sandbox starts.
 *
 * @param mounts the mounts of this process's mount namespace, each before those on top of it
 * @param sockets the paths of the Unix sockets that are bound on this host, under each name by
 *     which they can be reached
 */
public record HostFacts(List<HostMount> mounts, Set<Path> sockets) {
  /** Copies the lists. */
  public HostFacts {
    mounts = List.copyOf(mounts);
    sockets = Set.copyOf(sockets);
  }

  /**
   * Reads the facts from /proc.
   *
   * @return what is found now
   * @throws HostLacksException if /proc cannot be read
   */
  public static HostFacts read() {
    try {
      List<HostMount> mounts = HostMount.readAll();
      return new HostFacts(mounts, new BoundSockets(mounts).find());
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot read this host's mounts and sockets: " + IoProblem.words(e), e);
    }
  }

  /**
   * All names by which this host shows what lies under a path, by mounts of the same directories.
   *
   * @param path an absolute path without symbolic links; it need not exist
   * @return the path itself and the others
   */
  public Set<Path> namesOf(Path path) {
    Set<Path> names = new LinkedHashSet<>(List.of(path));
    mountOf(path).ifPresent(mount -> names.addAll(mount.aliases(mounts, path)));
    return names;
  }

  /**
   * The mount that a path lies on.
   *
   * @param path an absolute path without symbolic links
   * @return empty only where the kernel tells of no mount at {@code /}
   */
  public Optional<HostMount> mountOf(Path path) {
    return HostMount.holding(mounts, path);
  }
}

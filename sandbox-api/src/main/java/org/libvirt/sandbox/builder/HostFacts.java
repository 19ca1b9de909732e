package org.libvirt.sandbox.builder;

import com.google.common.base.Suppliers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.libvirt.sandbox.HostLacksException;

/** What a builder must know about this host as it is when a sandbox starts. */
public final class HostFacts {
  private final List<HostMount> mounts;
  private final Supplier<Set<Path>> sockets;

  private HostFacts(List<HostMount> mounts, Supplier<Set<Path>> sockets) {
    this.mounts = List.copyOf(mounts);
    this.sockets = Suppliers.memoize(() -> Set.copyOf(sockets.get()));
  }

  /**
   * Facts that are known already.
   *
   * @param mounts as {@link #mounts} tells them
   * @param sockets as {@link #sockets} tells them
   */
  public HostFacts(List<HostMount> mounts, Set<Path> sockets) {
    this(mounts, Suppliers.ofInstance(sockets));
  }

  /**
   * Reads the mounts from /proc; the sockets are read when they are asked for.
   *
   * @return what is found now
   * @throws HostLacksException if /proc cannot be read
   */
  public static HostFacts read() {
    try {
      List<HostMount> mounts = HostMount.readAll();
      return new HostFacts(mounts, () -> readSockets(mounts));
    } catch (IOException e) {
      throw new HostLacksException("cannot read this host's mounts: " + IoProblem.words(e), e);
    }
  }

  private static Set<Path> readSockets(List<HostMount> mounts) {
    try {
      return new BoundSockets(mounts).find();
    } catch (IOException e) {
      throw new HostLacksException("cannot read this host's sockets: " + IoProblem.words(e), e);
    }
  }

  /**
   * The mounts of this process's mount namespace.
   *
   * @return each before those on top of it
   */
  public List<HostMount> mounts() {
    return mounts;
  }

  /**
   * The Unix sockets that are bound on this host. To find them takes milliseconds and more, the
   * first time; whoever asks meanwhile waits.
   *
   * @return their paths, under each name by which they can be reached
   * @throws HostLacksException if /proc cannot be read
   */
  public Set<Path> sockets() {
    return sockets.get();
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

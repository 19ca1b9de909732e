package org.libvirt.sandbox.builder;

import static java.util.Objects.requireNonNull;

import com.google.common.base.Suppliers;
import com.google.common.base.Throwables;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.libvirt.sandbox.HostLacksException;

/** What a builder must know about this host as it is when a sandbox starts. */
public final class HostFacts {
  private final List<HostMount> mounts;
  private final Supplier<Set<Path>> sockets;

  private HostFacts(List<HostMount> mounts, Supplier<Set<Path>> sockets) {
    this.mounts = List.copyOf(mounts);
    this.sockets = sockets;
  }

  /**
   * Facts that are known already.
   *
   * @param mounts as {@link #mounts} tells them
   * @param sockets as {@link #sockets} tells them
   */
  public HostFacts(List<HostMount> mounts, Set<Path> sockets) {
    this(mounts, Suppliers.ofInstance(Set.copyOf(sockets)));
  }

  /**
   * Reads the mounts from /proc; the sockets are read when they are asked for.
   *
   * @return what is found now
   * @throws HostLacksException if /proc cannot be read
   */
  public static HostFacts read() {
    List<HostMount> mounts = readMounts();
    return new HostFacts(mounts, Suppliers.memoize(() -> readSockets(mounts)));
  }

  /**
   * Reads the mounts from /proc, and begins to look for the sockets.
   *
   * @param ahead where they are looked for; {@link #sockets} waits for it
   * @return what is found now
   * @throws HostLacksException if /proc cannot be read
   */
  public static HostFacts readAhead(Executor ahead) {
    List<HostMount> mounts = readMounts();
    CompletableFuture<Set<Path>> sockets =
        CompletableFuture.supplyAsync(() -> readSockets(mounts), ahead);
    return new HostFacts(mounts, () -> resultOf(sockets));
  }

  private static Set<Path> resultOf(CompletableFuture<Set<Path>> sockets) {
    try {
      return sockets.join();
    } catch (CompletionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw e;
    }
  }

  private static List<HostMount> readMounts() {
    try {
      return HostMount.readAll();
    } catch (IOException e) {
      throw new HostLacksException("cannot read this host's mounts: " + IoProblem.words(e), e);
    }
  }

  private static Set<Path> readSockets(List<HostMount> mounts) {
    try {
      return Set.copyOf(new BoundSockets(mounts).find());
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
   * The Unix sockets that are bound on this host. To find them takes milliseconds and more, for
   * which whoever asks first waits.
   *
   * @return their paths, under each name by which they can be reached
   * @throws HostLacksException if they cannot be told
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

package org.libvirt.sandbox.builder.lxc;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.HostSecrets;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.LaunchRecord.MountFlag;
import org.libvirt.sandbox.builder.lxc.GuestPlaces.Content;
import org.libvirt.sandbox.config.SandboxConfig;
import org.libvirt.sandbox.domain.Filesystem;

/**
 * The file tree that a program finds in a container, as far as it differs from its root on the
 * host: what is fresh, what is hidden, and which mount flags come back that libvirt's read-only
 * binds lose.
 */
final class GuestTree {
  /** Fresh for every sandbox, with the most bytes that each may hold. */
  private static final Map<String, Long> FRESH =
      ImmutableMap.of("/run", 64L << 20, "/tmp", 256L << 20, "/var/tmp", 256L << 20);

  private static final String SHARED_MEMORY_PLACE = "/dev/shm";
  private static final long SHARED_MEMORY = 64L << 20;

  /** What tells of, or leads to, the daemons of this host and other sandboxes. */
  private static final List<Path> HIDDEN =
      List.of(
          HostDirectories.state(),
          HostDirectories.cache(),
          Path.of("/etc/libvirt"),
          Path.of("/var/lib/libvirt"),
          Path.of("/var/log/libvirt"),
          Path.of("/var/cache/libvirt"));

  /** What a container has of its own in any case. */
  private static final List<String> OWN = List.of("/proc", "/sys", "/dev");

  private static final Map<String, MountFlag> FLAGS =
      ImmutableMap.of(
          "nosuid", MountFlag.NOSUID, "nodev", MountFlag.NODEV, "noexec", MountFlag.NOEXEC);

  /** The number of the root among the {@link GuestPlaces}. */
  private static final int ROOT = 0;

  private final GuestRoot root;
  private final HostFacts host;
  private final Map<String, Long> fresh;

  private GuestTree(GuestRoot root, HostFacts host) {
    this.root = root;
    this.host = host;
    this.fresh = findFresh();
  }

  static GuestTree of(GuestRoot root, HostFacts host) {
    return new GuestTree(root, host);
  }

  /** The file tree without the mounts of the config: the root, and what is no part of it. */
  GuestPlaces places() {
    GuestPlaces places = new GuestPlaces();
    places.mount(
        "/",
        root.directory().isPresent() ? Content.HOST_DIRECTORY : Content.UNKNOWN,
        root.directory().orElse(Path.of("/")));
    OWN.forEach(places::mountOwn);
    fresh.keySet().forEach(places::mountOwn);
    return places;
  }

  /**
   * The directories that get a tmpfs of this many bytes; only those that the root has. A root of
   * the config's own is a whole system, of which nothing is hidden unless it is this host.
   */
  Map<String, Long> freshDirectories() {
    return fresh;
  }

  private Map<String, Long> findFresh() {
    if (root.directory().isEmpty() || (root.isMount() && !isHost())) {
      return Map.of();
    }
    Map<String, Long> found = new LinkedHashMap<>(FRESH);
    // a link, such as /var/tmp to /tmp, leads to one that is fresh or to nothing that is writable
    found.keySet().removeIf(path -> !Files.isDirectory(onHost(path), LinkOption.NOFOLLOW_LINKS));
    return Collections.unmodifiableMap(found);
  }

  /** Whether the root is that of this host. */
  private boolean isHost() {
    return root.directory().equals(Optional.of(Path.of("/")));
  }

  /**
   * Tells the supervisor what to hide of the host, but for its sockets.
   *
   * @param places the root, what the sandbox has of its own, and the config's mounts
   */
  void hide(
      LaunchRecord.Builder record,
      SandboxConfig config,
      GuestPlaces places,
      List<GuestMount> mounts) {
    if (mounts.stream().noneMatch(mount -> isSharedMemory(mount.target()))) {
      record.tmpfs(SHARED_MEMORY_PLACE, SHARED_MEMORY, 01777);
    }
    hidden(places, mounts).forEach(record::mask);
    if (isHost()) {
      secrets(HostSecrets.of(config, host), places, mounts).forEach(record::hide);
    }
  }

  /** Tells it which of the host's sockets to hide. */
  void hideSockets(LaunchRecord.Builder record, GuestPlaces places, List<GuestMount> mounts) {
    maskSockets(record, sockets(places), this::inGuest);
    mounts.stream()
        .filter(bind -> places.originOf(bind.number()) == ROOT)
        .forEach(bind -> maskSockets(record, sockets(bind, places), path -> inGuest(bind, path)));
  }

  /** Tells it what stands over all that is hidden: flags of mounts, and files of the sandbox's. */
  void describe(
      LaunchRecord.Builder record,
      SandboxConfig config,
      GuestPlaces places,
      List<GuestMount> mounts) {
    mountFlags(places).forEach(record::mountFlags);
    HostFiles.of(config).describe(record, places, mounts);
  }

  /**
   * What stands at /dev/shm before the mounts of the config, if one of them stands below it; else
   * the supervisor's own does, which comes after them.
   */
  Optional<Filesystem> sharedMemory(List<GuestMount> mounts) {
    List<String> targets =
        mounts.stream().map(GuestMount::target).filter(GuestTree::isSharedMemory).toList();
    return targets.isEmpty() || targets.contains(SHARED_MEMORY_PLACE)
        ? Optional.empty()
        : Optional.of(Filesystem.ram(SHARED_MEMORY, SHARED_MEMORY_PLACE));
  }

  private static boolean isSharedMemory(String path) {
    return (path + "/").startsWith(SHARED_MEMORY_PLACE + "/");
  }

  /** What is hidden of the host below a directory, under each of its names. */
  static Stream<Path> hidden(HostFacts host, Path shown) {
    // what is mounted a second time elsewhere is hidden there too
    return HIDDEN.stream()
        .flatMap(path -> host.namesOf(path).stream())
        .filter(path -> path.startsWith(shown) && !path.equals(shown))
        .distinct();
  }

  /** Where the sandbox would see what is hidden, in its root and by the mounts of the config. */
  private Stream<Path> hidden(GuestPlaces places, List<GuestMount> mounts) {
    Stream<Path> inRoot =
        root.directory().stream()
            .flatMap(directory -> hidden(host, directory))
            .filter(path -> isSeen(path, places))
            .map(this::inGuest);
    // what is bound by its own name is meant to be seen
    Stream<Path> inMounts =
        mounts.stream()
            .flatMap(
                bind ->
                    bind.source().stream()
                        .flatMap(source -> hidden(host, source))
                        .flatMap(path -> seen(bind, path, places).stream()));
    return Stream.concat(inRoot, inMounts).distinct();
  }

  /**
   * Where the sandbox would see secrets of the host: in its root, and where that is shown again.
   */
  private Stream<Path> secrets(List<Path> secrets, GuestPlaces places, List<GuestMount> mounts) {
    Stream<Path> inRoot = secrets.stream().filter(path -> isSeen(path, places));
    Stream<Path> shownAgain =
        mounts.stream()
            .filter(bind -> places.originOf(bind.number()) == ROOT)
            .flatMap(bind -> secrets.stream().flatMap(path -> seen(bind, path, places).stream()));
    return Stream.concat(inRoot, shownAgain).distinct();
  }

  /** A path of the host as a bind shows it. */
  private static Optional<Path> seen(GuestMount bind, Path path, GuestPlaces places) {
    return bind.source()
        .filter(path::startsWith)
        .map(source -> inGuest(bind, path))
        .filter(seen -> places.mountAt(seen.toString()) == bind.number());
  }

  private static void maskSockets(
      LaunchRecord.Builder record, Stream<Path> sockets, UnaryOperator<Path> inGuest) {
    SocketMasks masks = SocketMasks.of(sockets);
    masks.directories().map(inGuest).forEach(record::maskSocketsOf);
    masks.single().map(inGuest).forEach(record::maskSocket);
  }

  // a socket that lies in a mount of the config is what the mount was given for
  private Stream<Path> sockets(GuestPlaces places) {
    return host.sockets().stream()
        .filter(socket -> !isBelow(socket, HIDDEN))
        .filter(socket -> isSeen(socket, places));
  }

  /** Those of the root that a guest-bind shows a second time. */
  private Stream<Path> sockets(GuestMount bind, GuestPlaces places) {
    return host.sockets().stream().filter(socket -> seen(bind, socket, places).isPresent());
  }

  /** Whether the sandbox sees a path of the host in its root. */
  private boolean isSeen(Path path, GuestPlaces places) {
    return isInRoot(path) && places.mountAt(inGuest(path).toString()) == ROOT;
  }

  private boolean isInRoot(Path path) {
    return root.directory().filter(path::startsWith).isPresent();
  }

  private Map<Path, Set<MountFlag>> mountFlags(GuestPlaces places) {
    Map<Path, Set<MountFlag>> flags = new LinkedHashMap<>();
    for (HostMount mount : host.mounts()) {
      Set<MountFlag> lost = EnumSet.noneOf(MountFlag.class);
      mount.flags().stream().filter(FLAGS::containsKey).map(FLAGS::get).forEach(lost::add);
      if (isSeen(mount.point(), places) && !isBelow(mount.point(), HIDDEN)) {
        // of several mounts at one point the last is the one that is seen
        flags.put(inGuest(mount.point()), lost);
      }
    }
    flags.values().removeIf(Set::isEmpty);
    return flags;
  }

  private static boolean isBelow(Path path, List<Path> directories) {
    return directories.stream().anyMatch(path::startsWith);
  }

  private Path onHost(String inGuest) {
    return root.directory().orElseThrow().resolve(inGuest.substring(1));
  }

  private Path inGuest(Path onHost) {
    if (isHost()) {
      return onHost;
    }
    return Path.of("/").resolve(root.directory().orElseThrow().relativize(onHost));
  }

  private static Path inGuest(GuestMount bind, Path onHost) {
    return Path.of(bind.target()).resolve(bind.source().orElseThrow().relativize(onHost));
  }
}

package org.libvirt.sandbox.builder.lxc;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.HostMount;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.LaunchRecord.MountFlag;

/**
 * The file tree that a program finds in a container, as far as it differs from its root on the
 * host: what is fresh, what is hidden, and which mount flags come back that libvirt's read-only
 * binds lose.
 */
final class GuestTree {
  /** Fresh for every sandbox, with the most bytes that each may hold. */
  private static final Map<String, Long> FRESH =
      ImmutableMap.of("/run", 64L << 20, "/tmp", 256L << 20, "/var/tmp", 256L << 20);

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
  private static final List<Path> OWN = List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

  private static final Map<String, MountFlag> FLAGS =
      ImmutableMap.of(
          "nosuid", MountFlag.NOSUID, "nodev", MountFlag.NODEV, "noexec", MountFlag.NOEXEC);

  private static final CharMatcher HOST_NAME =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.is('-'));

  private final Path root;
  private final HostFacts host;

  private GuestTree(Path root, HostFacts host) {
    this.root = root;
    this.host = host;
  }

  static GuestTree of(Path root, HostFacts host) {
    return new GuestTree(root, host);
  }

  /** The directories that get a tmpfs of this many bytes; only those that the root has. */
  Map<String, Long> freshDirectories() {
    Map<String, Long> fresh = new LinkedHashMap<>(FRESH);
    // a link, such as /var/tmp to /tmp, leads to one that is fresh or to nothing that is writable
    fresh.keySet().removeIf(path -> !Files.isDirectory(onHost(path), LinkOption.NOFOLLOW_LINKS));
    return fresh;
  }

  void describe(LaunchRecord.Builder record, String sandboxName) {
    record.tmpfs("/dev/shm", SHARED_MEMORY, 01777);
    visible(hidden()).map(this::inGuest).forEach(record::mask);
    SocketMasks sockets = SocketMasks.of(visible(sockets()));
    sockets.directories().map(this::inGuest).forEach(record::maskSocketsOf);
    sockets.single().map(this::inGuest).forEach(record::maskSocket);
    mountFlags().forEach(record::mountFlags);
    String hostName = hostName(sandboxName);
    record.file("/etc/hostname", 0644, hostName + "\n");
    record.file(
        "/etc/hosts", 0644, "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 " + hostName + "\n");
  }

  private Stream<Path> hidden() {
    // what is mounted a second time elsewhere is hidden there too
    return HIDDEN.stream().flatMap(path -> host.namesOf(path).stream());
  }

  private Stream<Path> sockets() {
    return host.sockets().stream().filter(socket -> !isBelow(socket, HIDDEN));
  }

  /** Those of the host's paths that the sandbox would see. */
  private Stream<Path> visible(Stream<Path> paths) {
    return paths.filter(path -> path.startsWith(root) && !path.equals(root) && !isCovered(path));
  }

  private Map<Path, Set<MountFlag>> mountFlags() {
    Map<Path, Set<MountFlag>> flags = new LinkedHashMap<>();
    for (HostMount mount : host.mounts()) {
      Set<MountFlag> lost = EnumSet.noneOf(MountFlag.class);
      mount.flags().stream().filter(FLAGS::containsKey).map(FLAGS::get).forEach(lost::add);
      boolean seen =
          mount.point().startsWith(root)
              && !isCovered(mount.point())
              && !isBelow(mount.point(), HIDDEN);
      if (seen) {
        // of several mounts at one point the last is the one that is seen
        flags.put(inGuest(mount.point()), lost);
      }
    }
    flags.values().removeIf(Set::isEmpty);
    return flags;
  }

  /** Whether a path of the host lies under something that the container has of its own. */
  private boolean isCovered(Path path) {
    Stream<Path> fresh = freshDirectories().keySet().stream().map(this::onHost);
    Stream<Path> own = OWN.stream().map(directory -> onHost(directory.toString()));
    return Stream.concat(fresh, own).anyMatch(path::startsWith);
  }

  private static boolean isBelow(Path path, List<Path> directories) {
    return directories.stream().anyMatch(path::startsWith);
  }

  private Path onHost(String inGuest) {
    return root.resolve(inGuest.substring(1));
  }

  private Path inGuest(Path onHost) {
    return Path.of("/").resolve(root.relativize(onHost));
  }

  /** The host name that libvirt derives from the domain's name. */
  private static String hostName(String sandboxName) {
    return CharMatcher.is('-').trimLeadingFrom(HOST_NAME.retainFrom(sandboxName));
  }
}

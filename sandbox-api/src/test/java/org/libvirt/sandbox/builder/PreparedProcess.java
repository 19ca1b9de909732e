package org.libvirt.sandbox.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A process's directory as the kernel shows it in /proc, but for what the process holds: that is
 * nothing to read for who looks for sockets.
 */
final class PreparedProcess {
  private static final String TABLE_HEAD = "Num RefCount Protocol Flags Type St Inode Path\n";
  private static final String LINE =
      "0000000000000000: 00000002 00000000 00010000 0001 01 %5d %s\n";

  private final Path directory;

  private PreparedProcess(Path directory) {
    this.directory = directory;
  }

  /** A /proc whose reader is in the mount namespace 1 and the network namespace 1. */
  static void prepare(Path proc) throws IOException {
    Path self = Files.createDirectories(proc.resolve("self/ns"));
    link(self.resolve("mnt"), "mnt:[1]");
    link(self.resolve("net"), "net:[1]");
  }

  /** One whose network has no sockets; its root is {@code /}, where it is, too. */
  static PreparedProcess in(Path proc, int pid, int mountNamespace, int network)
      throws IOException {
    Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.createDirectories(directory.resolve("ns"));
    Files.createDirectories(directory.resolve("net"));
    link(directory.resolve("ns/mnt"), "mnt:[%d]".formatted(mountNamespace));
    link(directory.resolve("ns/net"), "net:[%d]".formatted(network));
    return new PreparedProcess(directory)
        .root(Path.of("/"))
        .at(Path.of("/"))
        .sockets()
        .mounts("1 0 0:9999 / / rw - tmpfs none rw\n");
  }

  PreparedProcess root(Path root) throws IOException {
    link(directory.resolve("root"), root.toString());
    return this;
  }

  /** Its working directory. */
  PreparedProcess at(Path current) throws IOException {
    link(directory.resolve("cwd"), current.toString());
    return this;
  }

  /** Has its network list sockets of these names. */
  PreparedProcess sockets(String... names) throws IOException {
    StringBuilder table = new StringBuilder(TABLE_HEAD);
    for (int i = 0; i < names.length; i++) {
      table.append(LINE.formatted(i + 1, names[i]));
    }
    Files.writeString(table(), table);
    return this;
  }

  PreparedProcess mounts(String lines) throws IOException {
    Files.writeString(directory.resolve("mountinfo"), lines);
    return this;
  }

  Path table() {
    return directory.resolve("net/unix");
  }

  /** A line of mountinfo by which a directory of this host is mounted. */
  static String mounted(Path path, String point, String flags) throws IOException {
    HostMount mount = HostMount.holding(HostMount.readAll(), path).orElseThrow();
    Path root = mount.root().resolve(mount.point().relativize(path));
    return "1 0 %s %s %s %s - ext4 none rw\n".formatted(mount.device(), root, point, flags);
  }

  /** What is found by a /proc. */
  static Set<Path> find(Path proc, SearchTime time) throws IOException {
    return new BoundSockets(HostMount.readAll(), proc, time).find();
  }

  private static void link(Path link, String target) throws IOException {
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of(target));
  }
}

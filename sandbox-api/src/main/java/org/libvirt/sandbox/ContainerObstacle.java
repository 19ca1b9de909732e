package org.libvirt.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Why this process cannot have containers, as far as it shows without trying. Where it cannot, an
 * {@link EmbeddedLibvirt} still gives it virtual machines.
 */
public final class ContainerObstacle {
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  private static final int SYS_ADMIN = 21;
  private static final String CAPABILITIES = "CapEff:";
  private static final String EFFECTIVE_UID = "Uid:";

  /** What a process of the first user namespace sees: each id stands for itself. */
  private static final List<String> ALL_USERS = List.of("0", "0", "4294967295");

  private ContainerObstacle() {}

  /**
   * What keeps this process from containers.
   *
   * @return a clause such as {@code this user is not root}; empty where none shows
   */
  public static Optional<String> ofThisProcess() {
    try {
      return of(
              Files.readAllLines(Path.of("/proc/self/status")),
              Files.readString(Path.of("/proc/self/uid_map")))
          .or(ContainerObstacle::ofCgroups);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /proc/self", e);
    }
  }

  /** Of v1 each controller has a directory of its own, one of which tells for all. */
  private static Optional<String> ofCgroups() {
    Path devices = CGROUPS.resolve("devices");
    Path directory = Files.isDirectory(devices) ? devices : CGROUPS;
    return Files.isWritable(directory)
        ? Optional.empty()
        : Optional.of("this root cannot write to " + directory);
  }

  /**
   * The obstacle that the kernel's words on a process tell of.
   *
   * @param status the lines of /proc/PID/status
   * @param users /proc/PID/uid_map
   */
  static Optional<String> of(List<String> status, String users) {
    if (!field(status, EFFECTIVE_UID).split("\\s+", -1)[1].equals("0")) {
      return Optional.of("this user is not root");
    }
    if ((Long.parseUnsignedLong(field(status, CAPABILITIES), 16) >> SYS_ADMIN & 1) == 0) {
      return Optional.of("this root lacks the capability CAP_SYS_ADMIN");
    }
    if (!List.of(users.strip().split("\\s+", -1)).equals(ALL_USERS)) {
      return Optional.of("this root is that of a user namespace");
    }
    return Optional.empty();
  }

  private static String field(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("/proc/self/status has no " + name));
  }
}

package org.libvirt.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel lets this process do, as far as its own words tell. */
public final class ProcessRights {
  private static final int SYS_ADMIN = 21;
  private static final String CAPABILITIES = "CapEff:";
  private static final String EFFECTIVE_UID = "Uid:";

  /** What a process of the first user namespace sees: each id stands for itself. */
  private static final List<String> ALL_USERS = List.of("0", "0", "4294967295");

  private final List<String> status;
  private final String users;

  /**
   * Those that the kernel's words on a process tell of.
   *
   * @param status the lines of /proc/PID/status
   * @param users /proc/PID/uid_map
   */
  ProcessRights(List<String> status, String users) {
    this.status = List.copyOf(status);
    this.users = users;
  }

  /**
   * Those of this process.
   *
   * @return as they are now
   */
  public static ProcessRights ofThisProcess() {
    try {
      return new ProcessRights(
          Files.readAllLines(Path.of("/proc/self/status")),
          Files.readString(Path.of("/proc/self/uid_map")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /proc/self", e);
    }
  }

  /** Whether its user is root, of whichever user namespace. */
  boolean isRoot() {
    return field(EFFECTIVE_UID).split("\\s+", -1)[1].equals("0");
  }

  /**
   * Whether it has CAP_SYS_ADMIN, and so can make a mount namespace without a user namespace.
   *
   * @return true also for what has it in a user namespace only
   */
  public boolean mayMount() {
    return (Long.parseUnsignedLong(field(CAPABILITIES), 16) >>> SYS_ADMIN & 1) == 1;
  }

  /** Whether it is in a user namespace that is not the host's. */
  boolean isInUserNamespace() {
    return !List.of(users.strip().split("\\s+", -1)).equals(ALL_USERS);
  }

  private String field(String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("/proc/self/status has no " + name));
  }
}

package org.libvirt.sandbox.config;

import static java.util.Objects.requireNonNull;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Who a program runs as inside a sandbox.
 *
 * <p>The ids count; the name and the home directory become the program's {@code USER} and {@code
 * HOME} and its first directory. If the host knows the name by the same user id, the program has
 * that user's supplementary groups, and otherwise none but its group. A file that has a user id
 * other than the caller's, and no name or no home directory, gets the number for the one and {@code
 * /} for the other.
 *
 * @param uid the user id, 0 to 4294967294
 * @param gid the group id, 0 to 4294967294
 * @param userName the user's name, not empty
 * @param home the home directory, an absolute path inside the sandbox
 */
public record Identity(long uid, long gid, String userName, String home) {
  /** User 0 and group 0, with root's name and home directory. */
  public static final Identity ROOT = new Identity(0, 0, "root", "/root");

  /** The number after it is no id: to the kernel it means "unchanged". */
  static final long MAX_ID = 0xFFFF_FFFEL;

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if an id is out of bounds, the name is empty, the home
   *     directory is not absolute, or either of the last two holds a control character
   */
  public Identity {
    checkId("user id", uid);
    checkId("group id", gid);
    if (userName.isEmpty()) {
      throw new IllegalArgumentException("user name is empty; write one, such as 'nobody'");
    }
    Text.ofOneLine("user name", userName);
    Text.ofOneLine("home directory", home);
    if (!home.startsWith("/")) {
      throw new IllegalArgumentException(
          "home directory '%s' is not absolute; write '/%s'".formatted(home, home));
    }
  }

  /**
   * The user of this JVM.
   *
   * @return the user's ids; a user without a name is named by the number, one without a home
   *     directory gets {@code /}
   */
  public static Identity caller() {
    UnixSystem user = new UnixSystem();
    @Nullable String name = user.getUsername();
    String home = System.getProperty("user.home");
    // it takes a user whom the database does not know for root, who is always known
    boolean isKnown = name != null && !name.isEmpty();
    long uid = isKnown ? user.getUid() : ofThisProcess("unix:uid");
    long gid = isKnown ? user.getGid() : ofThisProcess("unix:gid");
    return new Identity(
        uid,
        gid,
        isKnown ? requireNonNull(name) : Long.toString(uid),
        home.startsWith("/") ? home : "/"); // The JVM says "?" where there is none.
  }

  private static long ofThisProcess(String id) {
    try {
      return Integer.toUnsignedLong((int) Files.getAttribute(Path.of("/proc/self"), id));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read whose /proc/self is", e);
    }
  }

  /** Whether both ids are 0. */
  boolean isRoot() {
    return uid == 0 && gid == 0;
  }

  private static void checkId(String what, long id) {
    if (id < 0 || id > MAX_ID) {
      throw new IllegalArgumentException(
          "%s %d is out of bounds; write 0 to %d".formatted(what, id, MAX_ID));
    }
  }
}

package org.libvirt.sandbox;

import com.google.common.base.Strings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import org.libvirt.sandbox.config.Identity;

/**
 * Where on this host sandboxes keep their files. The root of a user namespace that may not write to
 * {@code /var/lib} is a user like others here; the host's is not, whatever the environment says of
 * home directories: others could move what is kept below theirs. Both directories are hidden from
 * every sandbox on the host's root.
 *
 * <ul>
 *   <li>state: {@code /var/lib/libvirt-sandbox} for root, else {@code
 *       $XDG_RUNTIME_DIR/libvirt-sandbox}; without that variable, or where its directory cannot be
 *       written to, {@code libvirt-sandbox} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}. What is
 *       in it ends with its owner;
 *   <li>cache: {@code /var/cache/libvirt-sandbox} for root, else {@code
 *       $XDG_CACHE_HOME/libvirt-sandbox-cache}, without that variable {@code
 *       ~/.cache/libvirt-sandbox-cache}. What is in it may stay, and may be deleted while nothing
 *       runs.
 * </ul>
 */
public final class HostDirectories {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /**
   * Far more than sweeps of others can undo in a row; no more, as the parent may be a dead link.
   */
  private static final int TRIES = 100_000;

  private static final boolean ROOT = Identity.caller().uid() == 0;
  private static final Path ROOTS_STATE = Path.of("/var/lib/libvirt-sandbox");

  /** The root of a user namespace may write to none of root's places. */
  private static final boolean AS_ROOT =
      ROOT
          && (!ProcessRights.ofThisProcess().isInUserNamespace()
              || Files.isWritable(ROOTS_STATE)
              || Files.isWritable(Path.of("/var/lib")));

  private HostDirectories() {}

  /** Whether this process is root's, whatever that user is called. */
  static boolean isRoot() {
    return ROOT;
  }

  /**
   * The directory whose entries are the state directories of sandboxes and of embedded daemons.
   *
   * @return an absolute path, not checked for existence
   */
  public static Path state() {
    if (AS_ROOT) {
      return ROOTS_STATE;
    }
    String runtime = Strings.nullToEmpty(System.getenv("XDG_RUNTIME_DIR"));
    return runtime.startsWith("/") && Files.isWritable(Path.of(runtime))
        ? Path.of(runtime, "libvirt-sandbox")
        : userCache().resolve("libvirt-sandbox");
  }

  /**
   * The directory of what outlives its owner.
   *
   * @return an absolute path, not checked for existence
   */
  public static Path cache() {
    if (AS_ROOT) {
      return Path.of("/var/cache/libvirt-sandbox");
    }
    return userCache().resolve("libvirt-sandbox-cache");
  }

  /** What makes a directory, and its parent if that is missing. */
  public interface Making {
    /**
     * Makes both.
     *
     * @throws NoSuchFileException if the parent was there, or was made, and is gone
     * @throws IOException if they cannot be made
     */
    void make() throws IOException;
  }

  /**
   * Makes a directory in one that is removed by whoever removes its last entry: anew where that has
   * happened in between.
   *
   * @param parent the one that may go
   * @param making makes both
   * @throws IOException if they cannot be made
   */
  public static void makeIn(Path parent, Making making) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        making.make();
        return;
      } catch (NoSuchFileException e) {
        if (tries == TRIES) {
          throw e;
        }
        LOG.log(Level.DEBUG, "{0} has gone meanwhile", parent);
      }
    }
  }

  /**
   * Refuses a directory in which another user could change what this process finds.
   *
   * @param directory one that is there, or a symbolic link to it; this user's own, or root's
   * @throws HostLacksException if it is another user's, or others can write to it
   * @throws IOException if it cannot be looked at
   */
  public static void requireOwn(Path directory) throws IOException {
    long uid = Identity.caller().uid();
    for (long owner : List.of(ownerOf(directory, LinkOption.NOFOLLOW_LINKS), ownerOf(directory))) {
      if (owner != uid && owner != 0) {
        throw new HostLacksException(
            "%s is the user's with the id %d, who could change what is in it; %s"
                .formatted(directory, owner, cure()));
      }
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new HostLacksException(
          "others can write to %s, and so change what is in it; %s".formatted(directory, cure()));
    }
  }

  private static long ownerOf(Path path, LinkOption... options) throws IOException {
    return Integer.toUnsignedLong((int) Files.getAttribute(path, "unix:uid", options));
  }

  private static String cure() {
    return AS_ROOT
        ? "remove it"
        : "remove it, or have XDG_RUNTIME_DIR name a directory that is yours alone";
  }

  /** Where a libvirt daemon of this user's session keeps its logs. */
  static Path libvirtCache() {
    return userCache().resolve("libvirt");
  }

  private static Path userCache() {
    String cache = Strings.nullToEmpty(System.getenv("XDG_CACHE_HOME"));
    return cache.startsWith("/") ? Path.of(cache) : home().resolve(".cache");
  }

  /** As all programs have it; the JVM asks the user database alone. */
  private static Path home() {
    String home = Strings.nullToEmpty(System.getenv("HOME"));
    // of a user whom the database does not know, the JVM says "?"
    return Path.of(home.startsWith("/") ? home : Identity.caller().home());
  }
}

package org.libvirt.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.libvirt.sandbox.config.Identity;

/** The host's user and group databases, whichever services they come from. */
public final class HostUsers {
  /** Linux's NGROUPS_MAX: no process has more supplementary groups. */
  private static final int MOST_GROUPS = 65536;

  private HostUsers() {}

  /**
   * A user of this host by name.
   *
   * @param userName a user's name; a number is a name like any other
   * @return whom a login of that user would be; empty where the host knows none of that name
   */
  public static Optional<Identity> find(String userName) {
    // C would read it up to the NUL, and find another
    return userName.indexOf('\0') >= 0
        ? Optional.empty()
        : LibC.user(userName).map(HostUsers::identity);
  }

  /**
   * A user of this host by id.
   *
   * @param uid a user id
   * @return whom a login of that user would be; empty where the host knows no name for the id
   */
  public static Optional<Identity> find(long uid) {
    return LibC.user(uid).map(HostUsers::identity);
  }

  /**
   * The id of a group of this host.
   *
   * @param groupName a group's name; a number is a name like any other
   * @return the group id; empty where the host knows none of that name
   */
  public static OptionalLong groupId(String groupName) {
    return groupName.indexOf('\0') >= 0
        ? OptionalLong.empty()
        : LibC.groupId(groupName).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** A database may leave the home directory empty. */
  private static Identity identity(LibC.User user) {
    return new Identity(
        user.uid(), user.gid(), user.name(), user.home().startsWith("/") ? user.home() : "/");
  }

  /**
   * The groups that a login of a user would have, as {@code getgrouplist(3)} tells them. A name is
   * only believed with its own user id: another user who is called so has none of its groups.
   *
   * @param userName a user's name
   * @param uid the user's id; only {@code gid} comes back where the host knows no such user, or
   *     knows the name by another id
   * @param gid the user's primary group
   * @return the group ids, {@code gid} among them
   * @throws SandboxException if the user has more groups than Linux allows
   */
  public static List<Long> groupsOf(String userName, long uid, long gid) {
    return LibC.user(userName).filter(user -> user.uid() == uid).isPresent()
        ? groupsByName(userName, gid)
        : List.of(gid);
  }

  private static List<Long> groupsByName(String userName, long gid) {
    int[] groups = new int[64];
    int[] count = {groups.length};
    while (LibC.getgrouplist(userName, (int) gid, groups, count) < 0) {
      if (groups.length >= MOST_GROUPS) {
        throw new SandboxException("user '" + userName + "' is in more than 65536 groups");
      }
      groups = new int[Math.min(MOST_GROUPS, Math.max(count[0], groups.length * 2))];
      count[0] = groups.length;
    }
    List<Long> result = new ArrayList<>(count[0]);
    for (int i = 0; i < count[0]; i++) {
      result.add(Integer.toUnsignedLong(groups[i]));
    }
    return List.copyOf(result);
  }
}

package org.libvirt.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The host's user and group databases, whichever services they come from. */
public final class HostUsers {
  /** Linux's NGROUPS_MAX: no process has more supplementary groups. */
  private static final int MOST_GROUPS = 65536;

  private HostUsers() {}

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
    return LibC.uidOf(userName).equals(OptionalLong.of(uid))
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

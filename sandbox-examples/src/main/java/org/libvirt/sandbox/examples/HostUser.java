package org.libvirt.sandbox.examples;

import java.util.regex.Pattern;
import org.libvirt.sandbox.HostUsers;
import org.libvirt.sandbox.config.Identity;

/** A user of this host as a command line names one. */
final class HostUser {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

  private HostUser() {}

  /**
   * A user by name; a number is none.
   *
   * @throws IllegalArgumentException if the host does not know the name
   */
  static Identity named(String name) {
    return HostUsers.find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "this host knows no user '%s'; 'getent passwd' lists them".formatted(name)));
  }

  /**
   * A user, and a group if one is said, by name or number. A number that the host does not know is
   * a user without a name, whose group has the same number.
   *
   * @param text {@code UID} or {@code NAME}, then {@code :GID} or {@code :GROUP} or nothing
   * @throws IllegalArgumentException if the host does not know a name, or a number is no id
   */
  static Identity parse(String text) {
    int colon = text.indexOf(':');
    Identity user = user(colon < 0 ? text : text.substring(0, colon));
    return colon < 0
        ? user
        : new Identity(
            user.uid(), groupId(text.substring(colon + 1)), user.userName(), user.home());
  }

  private static Identity user(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return named(text);
    }
    long uid = Long.parseLong(text);
    return HostUsers.find(uid).orElseGet(() -> new Identity(uid, uid, Long.toString(uid), "/"));
  }

  private static long groupId(String text) {
    return NUMBER.matcher(text).matches()
        ? Long.parseLong(text)
        : HostUsers.groupId(text)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "this host knows no group '%s'; 'getent group' lists them"
                            .formatted(text)));
  }
}

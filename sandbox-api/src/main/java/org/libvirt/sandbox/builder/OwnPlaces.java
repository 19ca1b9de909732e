package org.libvirt.sandbox.builder;

import java.util.List;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.Mount;

/** Where every sandbox has something of its own that a mount would hide, or be hidden by. */
public final class OwnPlaces {
  private static final String DEVICES = "/dev";

  private static final List<String> TREES =
      List.of(
          "/proc",
          "/sys",
          "/dev/pts",
          "/dev/ptmx",
          "/dev/sandbox",
          "/dev/disk",
          "/dev/console",
          "/dev/tty",
          "/dev/tty1",
          "/dev/null",
          "/dev/zero",
          "/dev/full",
          "/dev/random",
          "/dev/urandom",
          "/dev/fd",
          "/dev/stdin",
          "/dev/stdout",
          "/dev/stderr");

  private OwnPlaces() {}

  /**
   * Refuses a mount at such a place, or below it. What else is below {@code /dev} can be had.
   *
   * @param mount the mount
   * @param place where its target leads, as far as that is known: an absolute path without {@code
   *     .} and {@code ..}
   * @throws InvalidSandboxException if it is such a place
   */
  public static void refuse(Mount mount, String place) {
    if (isOwn(place)) {
      throw new InvalidSandboxException(
          "mount target '%s' is what every sandbox has of its own; choose another"
              .formatted(mount.target()));
    }
  }

  /**
   * Refuses a bind of such a place, or of what is below it: a second mount of it would be without
   * what covers and closes it in the first.
   *
   * @param bind the bind
   * @param place where its source leads, as far as that is known: an absolute path without {@code
   *     .} and {@code ..}
   * @throws InvalidSandboxException if it is such a place
   */
  public static void refuseSource(GuestBindMount bind, String place) {
    if (isOwn(place)) {
      throw new InvalidSandboxException(
          ("guest-bind source '%s' is what every sandbox has of its own, with parts of it closed,"
                  + " which they would not be in a second mount; use it where it is, or make a"
                  + " symbolic link to it")
              .formatted(bind.source()));
    }
  }

  private static boolean isOwn(String place) {
    return place.equals(DEVICES)
        || TREES.stream().anyMatch(tree -> (place + "/").startsWith(tree + "/"));
  }
}

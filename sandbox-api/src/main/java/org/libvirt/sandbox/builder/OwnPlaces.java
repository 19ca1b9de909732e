package org.libvirt.sandbox.builder;

import java.nio.file.Path;
import java.util.List;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
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

  /**
   * Through what lies in these the host's kernel is told what to do: root inside would be obeyed.
   */
  private static final List<Path> OF_THE_KERNEL = List.of(Path.of("/proc"), Path.of("/sys"));

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

  /**
   * Refuses a bind of the host's own {@code /proc} or {@code /sys}, or of what is in them.
   *
   * @param bind the bind
   * @param path its source on the host, without symbolic links
   * @param host which tells where else such a place is mounted
   * @throws InvalidSandboxException if it is in one of them
   */
  public static void refuseSource(HostBindMount bind, Path path, HostFacts host) {
    for (Path place : OF_THE_KERNEL) {
      if (host.namesOf(place).stream().anyMatch(path::startsWith)) {
        throw new InvalidSandboxException(
            ("host-bind source '%s' is in '%s', the host kernel's, which no sandbox is given; copy"
                    + " what is needed of it to a file, and give that")
                .formatted(bind.source(), place));
      }
    }
  }

  private static boolean isOwn(String place) {
    return place.equals(DEVICES)
        || TREES.stream().anyMatch(tree -> (place + "/").startsWith(tree + "/"));
  }
}

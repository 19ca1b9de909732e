package org.libvirt.sandbox.builder.lxc;

import java.nio.file.Path;
import java.util.Optional;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.domain.Filesystem;

/**
 * A mount of a config as it will stand in a container.
 *
 * @param mount what the config says
 * @param number its number among the {@link GuestPlaces}
 * @param target where it stands, without symbolic links
 * @param source what of the host is seen there, without symbolic links; empty for what is not a
 *     path of the host, and for a fresh directory
 * @param filesystem what libvirt is told
 */
record GuestMount(
    Mount mount, int number, String target, Optional<Path> source, Filesystem filesystem) {

  /** Libvirt counts in KiB and leaves the rest out: of less than one, no limit would be left. */
  private static final long UNIT = 1024;

  /** Whether the sandbox has it for itself, so that files can be put into it for good. */
  boolean isOwn() {
    return mount instanceof RamMount || isTemporary();
  }

  /** Whether it is a fresh directory of the host. */
  boolean isTemporary() {
    return mount instanceof HostBindMount bind && bind.isTemporary();
  }

  /** Whether nothing can be written to it. */
  boolean isReadOnly() {
    return mount instanceof HostBindMount bind && bind.readOnly();
  }

  /**
   * What libvirt is told of a mount.
   *
   * @param source where libvirt finds its source, of a kind that has one on the host
   * @param target where it stands
   */
  static Filesystem filesystem(Mount mount, Path source, String target) {
    if (mount instanceof HostBindMount bind) {
      Filesystem bound = Filesystem.mount(source, target);
      return bind.readOnly() ? bound.readOnly() : bound;
    }
    if (mount instanceof HostImageMount image) {
      return image.format() == ImageFormat.RAW
          ? Filesystem.rawImage(source, target)
          : Filesystem.networkBlockImage(source, target, image.format().toString());
    }
    if (mount instanceof GuestBindMount bind) {
      return Filesystem.bind(bind.source(), target);
    }
    if (mount instanceof RamMount ram) {
      return Filesystem.ram(roundedUp(ram.usage()), target);
    }
    throw new IllegalArgumentException("no container has a " + mount.getClass().getSimpleName());
  }

  private static long roundedUp(long bytes) {
    long over = bytes % UNIT;
    return over == 0 || bytes > Long.MAX_VALUE - UNIT ? bytes : bytes - over + UNIT;
  }
}

package org.libvirt.sandbox.builder.qemu;

import com.google.common.collect.ImmutableMap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.domain.Disk;

/**
 * The disks of a machine: those of its config, which programs find by their tags, and behind them
 * the images of its mounts. The kernel names them in this order.
 */
final class GuestDisks {
  private static final int LETTERS = 'z' - 'a' + 1;

  private final List<Disk> devices = new ArrayList<>();
  private final Map<String, String> tagged = new LinkedHashMap<>();
  private final Map<HostImageMount, String> images = new LinkedHashMap<>();

  /** From each file to what it is for. */
  private final Map<Path, String> purposes = new HashMap<>();

  private GuestDisks() {}

  /** The disks of a request's config. */
  static GuestDisks of(BuildRequest request) {
    GuestDisks disks = new GuestDisks();
    disks.addTagged(request);
    for (HostImageMount image : request.config().mounts(HostImageMount.class)) {
      HostPath source = HostPath.of("host-image", image.source()).requireImage();
      disks.requireOnce(source, "the host-image at '" + image.target() + "'");
      disks.images.put(image, disks.add(request, source, image.format()));
    }
    return disks;
  }

  private void addTagged(BuildRequest request) {
    Set<String> tags = new HashSet<>();
    for (org.libvirt.sandbox.config.Disk disk : request.config().disks()) {
      if (!tags.add(disk.tag())) {
        throw new InvalidSandboxException(
            "two disks have the tag '%s'; give each its own".formatted(disk.tag()));
      }
      HostPath source = HostPath.of("disk '" + disk.tag() + "'", disk.source());
      if (disk.type() == org.libvirt.sandbox.config.Disk.Type.BLOCK) {
        source.requireBlockDevice();
      } else {
        source.requireImage();
      }
      requireOnce(source, source.what());
      tagged.put(disk.tag(), add(request, source, disk.format()));
    }
  }

  /** Two file systems on one image would destroy each other's data; QEMU does not start. */
  private void requireOnce(HostPath source, String purpose) {
    String other = purposes.putIfAbsent(source.path(), purpose);
    if (other != null) {
      throw new InvalidSandboxException(
          "%s and %s are both of '%s', which a virtual machine can have once only; leave one out, or give it a copy"
              .formatted(other, purpose, source.path()));
    }
  }

  private String add(BuildRequest request, HostPath source, ImageFormat format) {
    String name = name(devices.size());
    Path found = request.libvirtPath().apply(source.path());
    Disk disk =
        Files.isRegularFile(source.path()) ? Disk.file(found, name) : Disk.block(found, name);
    devices.add(disk.bus("virtio").format(format.toString()));
    return name;
  }

  /** {@code vda} to {@code vdz}, then {@code vdaa} and on. */
  static String name(int number) {
    StringBuilder letters = new StringBuilder();
    for (int left = number; left >= 0; left = left / LETTERS - 1) {
      letters.insert(0, (char) ('a' + left % LETTERS));
    }
    return "vd" + letters;
  }

  /** What libvirt is told. */
  List<Disk> devices() {
    return List.copyOf(devices);
  }

  /** From the mount of an image to the name of its disk. */
  Map<HostImageMount, String> images() {
    return ImmutableMap.copyOf(images);
  }

  boolean isEmpty() {
    return devices.isEmpty();
  }

  /** Tells the supervisor of those that programs use. */
  void describe(LaunchRecord.Builder record, Identity owner) {
    tagged.forEach(
        (tag, name) -> {
          record.owner("/dev/" + name, owner.uid(), owner.gid(), 0600);
          record.link("../../" + name, "/dev/disk/by-tag/" + tag);
        });
  }
}

package org.libvirt.sandbox.builder.qemu;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;

/**
 * The modules of Linux that machines may need, in groups that docs/boot.md names. A file system has
 * the group of its name.
 */
final class GuestModules {
  static final String NINE_P = "9p";
  static final String VIRTIOFS = "virtiofs";
  static final String NETWORK = "network";
  static final String DISK = "disk";

  /** What any machine may need, whatever its config. */
  static final ImmutableList<String> MACHINE = ImmutableList.of(NINE_P, VIRTIOFS, NETWORK, DISK);

  /** What a machine with images may need, as their file systems are found out only there. */
  static final ImmutableList<String> IMAGES =
      ImmutableList.of("ext4", "xfs", "btrfs", "vfat", "iso9660", "squashfs", "erofs");

  private static final ImmutableListMultimap<String, String> GROUPS =
      ImmutableListMultimap.<String, String>builder()
          .putAll(InitrdConfig.BASE, "virtio", "virtio_ring", "virtio_pci", "virtio_console")
          .putAll(NINE_P, "9pnet_virtio", "9p")
          .putAll(VIRTIOFS, "virtiofs")
          .putAll(NETWORK, "virtio_net", "af_packet")
          .putAll(DISK, "virtio_blk")
          .putAll("ext4", "ext4")
          .putAll("xfs", "xfs")
          .putAll("btrfs", "btrfs")
          .putAll("vfat", "vfat", "nls_cp437", "nls_ascii", "nls_utf8")
          .putAll("iso9660", "isofs")
          .putAll("squashfs", "squashfs")
          .putAll("erofs", "erofs")
          .putAll("overlay", "overlay")
          .build();

  private GuestModules() {}

  /**
   * The RAM disk of a kernel's machines with this library's init.
   *
   * @param kernel the kernel
   * @param groups the groups that it is to hold apart from the base
   * @throws IllegalArgumentException if there is no such group
   */
  static InitrdConfig of(HostKernel kernel, Iterable<String> groups) {
    InitrdConfig.Builder config = InitrdConfig.builder(kernel.release(), kernel.modules());
    add(config, InitrdConfig.BASE);
    for (String group : groups) {
      if (!GROUPS.containsKey(group)) {
        throw new IllegalArgumentException(
            "'%s' is no group of modules; there are: %s"
                .formatted(group, String.join(", ", GROUPS.keySet())));
      }
      add(config, group);
    }
    return config.build();
  }

  private static void add(InitrdConfig.Builder config, String group) {
    config.addModules(group, GROUPS.get(group).toArray(String[]::new));
  }
}

package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory of modules as a distribution would have it, with tiny modules. */
final class ModuleTree {
  static final String RELEASE = "6.1.0-1-amd64";

  private final Path directory;
  private final StringBuilder dependencies = new StringBuilder();

  /** Makes the tree of {@link #RELEASE} below a directory. */
  ModuleTree(Path modules) {
    this.directory = modules.resolve(RELEASE);
    write("modules.dep", "");
  }

  /** What the original asked of a kernel for clouds, and what of that it found there. */
  static ModuleTree ofCloudKernel(Path modules) {
    return new ModuleTree(modules)
        .module("kernel/fs/fscache/fscache.ko")
        .module("kernel/drivers/virtio/virtio.ko")
        .module("kernel/drivers/virtio/virtio_ring.ko")
        .module("kernel/drivers/virtio/virtio_pci_modern_dev.ko")
        .module("kernel/drivers/virtio/virtio_pci_legacy_dev.ko")
        .module(
            "kernel/drivers/virtio/virtio_pci.ko",
            "kernel/drivers/virtio/virtio_pci_legacy_dev.ko",
            "kernel/drivers/virtio/virtio_pci_modern_dev.ko",
            "kernel/drivers/virtio/virtio.ko",
            "kernel/drivers/virtio/virtio_ring.ko")
        .module(
            "kernel/drivers/char/virtio_console.ko",
            "kernel/drivers/virtio/virtio.ko",
            "kernel/drivers/virtio/virtio_ring.ko")
        .module("kernel/net/core/failover.ko")
        .module("kernel/drivers/net/net_failover.ko", "kernel/net/core/failover.ko")
        .module(
            "kernel/drivers/net/virtio_net.ko",
            "kernel/drivers/net/net_failover.ko",
            "kernel/net/core/failover.ko",
            "kernel/drivers/virtio/virtio.ko",
            "kernel/drivers/virtio/virtio_ring.ko")
        .module(
            "kernel/drivers/block/virtio_blk.ko",
            "kernel/drivers/virtio/virtio.ko",
            "kernel/drivers/virtio/virtio_ring.ko")
        .builtIn("kernel/net/packet/af_packet.ko", "kernel/fs/ext4/ext4.ko");
  }

  Path directory() {
    return directory;
  }

  /** Adds a plain module that needs others, which modules.dep lists as depmod does, last first. */
  ModuleTree module(String path, String... needs) {
    return module(path, image(RELEASE, needs), needs);
  }

  /** Adds a module of any content. */
  ModuleTree module(String path, byte[] content, String... needs) {
    write(path, content);
    return line(path + ":" + (needs.length == 0 ? "" : " ") + String.join(" ", needs));
  }

  /** Adds a line to modules.dep. */
  ModuleTree line(String line) {
    dependencies.append(line).append('\n');
    return write("modules.dep", dependencies.toString());
  }

  ModuleTree builtIn(String... paths) {
    return write("modules.builtin", String.join("\n", paths) + "\n");
  }

  ModuleTree write(String path, String text) {
    return write(path, text.getBytes(UTF_8));
  }

  ModuleTree write(String path, byte[] content) {
    try {
      Path file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A module that holds nothing but what it says of itself. */
  static byte[] image(String release, String... needs) {
    String names = String.join(",", List.of(needs).stream().map(ModuleIndex::nameOfFile).toList());
    return elf("license=GPL\0depends=%s\0vermagic=%s SMP mod_unload \0".formatted(names, release));
  }

  /** An ELF file of two sections: the names of sections, and .modinfo. */
  private static byte[] elf(String info) {
    byte[] names = "\0.shstrtab\0.modinfo\0".getBytes(US_ASCII);
    byte[] content = info.getBytes(US_ASCII);
    int sections = 64 + names.length + content.length;
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(
        header(0x7f454c46, 64)
            .put(4, (byte) 2)
            .put(5, (byte) 1)
            .putShort(16, (short) 1)
            .putLong(40, sections)
            .putShort(60, (short) 2)
            .putShort(62, (short) 0)
            .array());
    file.writeBytes(names);
    file.writeBytes(content);
    file.writeBytes(section(1, 64, names.length));
    file.writeBytes(section(11, 64 + names.length, content.length));
    return file.toByteArray();
  }

  private static ByteBuffer header(int magic, int size) {
    return ByteBuffer.allocate(size).putInt(0, magic).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] section(int name, long start, long length) {
    return ByteBuffer.allocate(64)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, name)
        .putInt(4, 1)
        .putLong(24, start)
        .putLong(32, length)
        .array();
  }
}

package org.libvirt.sandbox.builder.lxc;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.ImageFormat;

/**
 * The kernel's network block device, by which libvirt gives a container an image that is not raw.
 */
final class NetworkBlockDevice {
  private static final Path MODULE = Path.of("/sys/module/nbd");

  private NetworkBlockDevice() {}

  /** Refuses a format where this host cannot give it. */
  static void require(ImageFormat format) {
    if (!Files.isDirectory(MODULE)) {
      throw new HostLacksException(
          "an image of format %s needs the kernel's nbd; run 'modprobe nbd', or use a raw image"
              .formatted(format));
    }
    if (!isOnPath("qemu-nbd")) {
      throw new HostLacksException(
          "an image of format %s needs qemu-nbd; install qemu-utils, or use a raw image"
              .formatted(format));
    }
  }

  private static boolean isOnPath(String program) {
    String path = System.getenv("PATH");
    return Arrays.stream((path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator))
        .filter(directory -> directory.startsWith("/"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}

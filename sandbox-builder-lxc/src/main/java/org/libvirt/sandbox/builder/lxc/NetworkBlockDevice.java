package org.libvirt.sandbox.builder.lxc;

import com.google.common.base.Splitter;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
    require(format, MODULE, Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"));
  }

  /** Refuses a format where there is no such directory of the module, or no program on the path. */
  static void require(ImageFormat format, Path module, String path) {
    if (!Files.isDirectory(module)) {
      throw new HostLacksException(
          "an image of format %s needs the kernel's nbd; run 'modprobe nbd', or use a raw image"
              .formatted(format));
    }
    boolean found =
        Splitter.on(File.pathSeparatorChar)
            .splitToStream(path)
            .filter(directory -> directory.startsWith("/"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "qemu-nbd")));
    if (!found) {
      throw new HostLacksException(
          "an image of format %s needs qemu-nbd; install qemu-utils, or use a raw image"
              .formatted(format));
    }
  }
}

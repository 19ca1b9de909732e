package org.libvirt.sandbox.builder.qemu;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.config.Resources;

/** The kernels of this host's distribution, and how machines of each can see directories. */
enum Sharing {
  GENERIC_9P(false, FileSharing.NINE_P),
  GENERIC_VIRTIOFS(false, FileSharing.VIRTIOFS),
  /** The kernel for clouds has no 9p. */
  CLOUD(true, FileSharing.AUTO);

  private final boolean isOfClouds;
  private final FileSharing sharing;

  Sharing(boolean isOfClouds, FileSharing sharing) {
    this.isOfClouds = isOfClouds;
    this.sharing = sharing;
  }

  /** A config builder with this kernel and this sharing. */
  InteractiveConfig.Builder with(InteractiveConfig.Builder config) {
    return config
        .kernel(Kernel.running().withRelease(release()))
        .resources(Resources.standard().withSharing(sharing));
  }

  private String release() {
    List<String> installed = KernelPlaces.ofHost().installed(Optional.<Path>empty());
    return installed.stream()
        .filter(release -> release.contains("-cloud-") == isOfClouds)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "bin/verify installs the kernel for " + this + ": " + installed));
  }
}

package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A kernel of this host that a machine can boot.
 *
 * @param release as {@code uname -r} would tell it
 * @param image the file that a boot loader would load
 * @param modules the directory with its {@code modules.dep}
 */
record HostKernel(String release, Path image, Path modules) {
  HostKernel {
    requireNonNull(release, "release");
    requireNonNull(image, "image");
    requireNonNull(modules, "modules");
  }
}

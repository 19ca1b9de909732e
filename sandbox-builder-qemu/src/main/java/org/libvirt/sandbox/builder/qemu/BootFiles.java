package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * What a machine boots, the same files for all machines of one kernel. They are read-only to those
 * who use them, and stay where they are for ten minutes at least.
 *
 * @param kernel the kernel in the form that starts fastest
 * @param initrd the initial RAM disk
 */
record BootFiles(Path kernel, Initrd initrd) {
  BootFiles {
    requireNonNull(kernel, "kernel");
    requireNonNull(initrd, "initrd");
  }
}

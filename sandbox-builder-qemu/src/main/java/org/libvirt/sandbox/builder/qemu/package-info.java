/**
 * Sandboxes as QEMU/KVM virtual machines that boot a kernel of this host straight into the
 * sandbox's init.
 *
 * <p>{@link org.libvirt.sandbox.builder.qemu.InitrdConfig} says what a machine's initial RAM disk
 * holds, and {@link org.libvirt.sandbox.builder.qemu.InitrdBuilder} writes one.
 */
@NullMarked
package org.libvirt.sandbox.builder.qemu;

import org.jspecify.annotations.NullMarked;

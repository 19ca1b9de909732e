/**
 * Sandboxes as libvirt LXC containers.
 *
 * <p>Contexts find {@link org.libvirt.sandbox.builder.lxc.ContainerBuilder} by themselves; a
 * program needs only this jar on its class path.
 */
@NullMarked
package org.libvirt.sandbox.builder.lxc;

import org.jspecify.annotations.NullMarked;

/**
 * Running programs in libvirt sandboxes: where libvirt comes from, and what every part answers
 * with.
 *
 * <p>{@link org.libvirt.sandbox.SandboxConnection} is a connection to a libvirt daemon, {@link
 * org.libvirt.sandbox.EmbeddedLibvirt} a daemon of this process's own. Start a sandbox with {@link
 * org.libvirt.sandbox.context.InteractiveContext}.
 */
@NullMarked
package org.libvirt.sandbox;

import org.jspecify.annotations.NullMarked;

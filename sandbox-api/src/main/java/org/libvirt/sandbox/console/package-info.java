/**
 * The line between a host and what runs in a sandbox.
 *
 * <p>{@link org.libvirt.sandbox.console.RpcConsole} is one program's streams and end; {@link
 * org.libvirt.sandbox.console.SandboxChannel} the line that carries the programs of one sandbox,
 * which contexts open. The frames on it are described in {@code docs/protocol.md}.
 */
@NullMarked
package org.libvirt.sandbox.console;

import org.jspecify.annotations.NullMarked;

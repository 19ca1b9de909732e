/**
 * The guest's half under test from outside: {@code sandbox-init} alone in namespaces of
 * util-linux's {@code unshare}, driven over its socket by a client that knows nothing but
 * docs/protocol.md. Start at {@link org.libvirt.sandbox.guest.Guest}. Needs root.
 */
@NullMarked
package org.libvirt.sandbox.guest;

import org.jspecify.annotations.NullMarked;

/**
 * Programs over the library's API, small enough to be read as examples of its use.
 *
 * <p>{@link org.libvirt.sandbox.examples.VirtSandbox} is the {@code virt-sandbox} command.
 */
@NullMarked
package org.libvirt.sandbox.examples;

import org.jspecify.annotations.NullMarked;

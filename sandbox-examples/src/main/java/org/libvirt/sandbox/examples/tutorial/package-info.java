/**
 * The programs of {@code docs/tutorial.md}, each to be copied and changed.
 *
 * <p>{@link org.libvirt.sandbox.examples.tutorial.Convert} is the one to start with.
 */
@NullMarked
package org.libvirt.sandbox.examples.tutorial;

import org.jspecify.annotations.NullMarked;

/**
 * What a sandbox is, as values, and the file {@code sandbox.cfg} that holds one.
 *
 * <p>{@link org.libvirt.sandbox.config.InteractiveConfig} is the place to start: a program, its
 * environment, who it runs as, what it sees as its root and what is mounted over it. {@link
 * org.libvirt.sandbox.config.SandboxConfig#load} reads a file. All values are immutable and valid
 * wherever they exist: what could not be run is refused where it is given, with an {@link
 * java.lang.IllegalArgumentException} that says what would be right.
 */
@NullMarked
package org.libvirt.sandbox.config;

import org.jspecify.annotations.NullMarked;

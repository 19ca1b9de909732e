/**
 * What a builder of sandboxes is given and what it gives back: the service provider interface
 * between contexts and hypervisors.
 *
 * <p>A {@link org.libvirt.sandbox.builder.SandboxBuilder} turns a {@link
 * org.libvirt.sandbox.builder.BuildRequest} into a {@link org.libvirt.sandbox.builder.SandboxPlan}
 * and starts nothing.
 */
@NullMarked
package org.libvirt.sandbox.builder;

import org.jspecify.annotations.NullMarked;

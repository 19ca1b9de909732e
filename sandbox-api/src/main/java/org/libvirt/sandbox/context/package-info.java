/**
 * A sandbox's life, from its start to its end.
 *
 * <p>{@link org.libvirt.sandbox.context.InteractiveContext} runs one program and hands its streams
 * and exit status to the caller. {@link org.libvirt.sandbox.context.SandboxProcess} is the same as
 * a {@link java.lang.Process}.
 */
@NullMarked
package org.libvirt.sandbox.context;

import org.jspecify.annotations.NullMarked;

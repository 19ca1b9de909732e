package org.libvirt.sandbox.config;

import java.util.List;

/**
 * A directory or file of the host at a path of a sandbox: what the program writes there is written
 * to the host, unless the mount is read-only.
 *
 * @param target an absolute path in the sandbox
 * @param source a path on the host, which is looked at when the sandbox starts; empty for a fresh
 *     directory that belongs to the program's user and goes with the sandbox
 * @param readOnly whether nothing can be written there
 * @param includes what is copied into it
 */
public record HostBindMount(String target, String source, boolean readOnly, List<Include> includes)
    implements Mount {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the target is not absolute, or a path holds a control
   *     character
   */
  public HostBindMount {
    MountPath.checkTarget(target);
    MountPath.checkSource("host-bind", source);
    includes = Include.distinct(includes);
  }

  /**
   * A bind that the program can write to.
   *
   * @param target an absolute path in the sandbox
   * @param source a path on the host, or nothing for a fresh directory
   * @return a mount without includes
   * @throws IllegalArgumentException if the target is not absolute, or a path holds a control
   *     character
   */
  public static HostBindMount of(String target, String source) {
    return new HostBindMount(target, source, false, List.of());
  }

  /**
   * This bind, so that nothing can be written there.
   *
   * @return a read-only mount
   */
  public HostBindMount asReadOnly() {
    return new HostBindMount(target, source, true, includes);
  }

  /**
   * Whether the source is a fresh directory that goes with the sandbox.
   *
   * @return true if it is
   */
  public boolean isTemporary() {
    return source.isEmpty();
  }

  @Override
  public HostBindMount withInclude(Include include) {
    return new HostBindMount(target, source, readOnly, Include.added(includes, include));
  }

  @Override
  public String toOption() {
    String access = readOnly ? ",ro" : MountOption.endsInAccess(source) ? ",rw" : "";
    return "host-bind:" + MountOption.target(target) + "=" + source + access;
  }
}

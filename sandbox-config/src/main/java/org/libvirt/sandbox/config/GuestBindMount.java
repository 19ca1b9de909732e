package org.libvirt.sandbox.config;

import java.util.List;

/**
 * A directory or file of a sandbox that is seen at a second path of the same sandbox.
 *
 * @param target an absolute path in the sandbox
 * @param source a path in the sandbox, not empty, as it is once the mounts before this one stand
 * @param includes what is copied into it
 */
public record GuestBindMount(String target, String source, List<Include> includes)
    implements Mount {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the target is not absolute, the source is empty, or a path
   *     holds a control character
   */
  public GuestBindMount {
    MountPath.checkTarget(target);
    MountPath.checkRequiredSource("guest-bind", source);
    includes = Include.distinct(includes);
  }

  /**
   * A bind within the sandbox.
   *
   * @param target an absolute path in the sandbox
   * @param source a path in the sandbox
   * @return a mount without includes
   * @throws IllegalArgumentException if the target is not absolute, the source is empty, or a path
   *     holds a control character
   */
  public static GuestBindMount of(String target, String source) {
    return new GuestBindMount(target, source, List.of());
  }

  @Override
  public GuestBindMount withInclude(Include include) {
    return new GuestBindMount(target, source, Include.added(includes, include));
  }

  @Override
  public String toOption() {
    return "guest-bind:" + MountOption.target(target) + "=" + source;
  }
}

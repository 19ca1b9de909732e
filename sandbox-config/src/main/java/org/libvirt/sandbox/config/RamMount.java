package org.libvirt.sandbox.config;

import java.util.List;

/**
 * An empty file system in memory at a path of a sandbox. All users of the sandbox can make files in
 * it.
 *
 * @param target an absolute path in the sandbox
 * @param usage the most bytes that it can hold, 1 or more; the kernel counts in pages
 * @param includes what is copied into it
 */
public record RamMount(String target, long usage, List<Include> includes) implements Mount {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the target is not absolute or holds a control character, or
   *     the size is less than 1: to the kernel 0 would be no limit
   */
  public RamMount {
    MountPath.checkTarget(target);
    if (usage < 1) {
      throw new IllegalArgumentException(
          "ram mount of %d bytes at '%s'; write 1 or more".formatted(usage, target));
    }
    includes = Include.distinct(includes);
  }

  /**
   * A file system of a size.
   *
   * @param target an absolute path in the sandbox
   * @param usage the most bytes that it can hold, 1 or more
   * @return a mount without includes
   * @throws IllegalArgumentException if the target is not absolute or holds a control character, or
   *     the size is less than 1
   */
  public static RamMount of(String target, long usage) {
    return new RamMount(target, usage, List.of());
  }

  @Override
  public RamMount withInclude(Include include) {
    return new RamMount(target, usage, Include.added(includes, include));
  }

  @Override
  public String toOption() {
    return "ram:" + MountOption.target(target) + "=" + ByteSize.format(usage);
  }
}

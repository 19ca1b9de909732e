package org.libvirt.sandbox.config;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The file system in an image file of the host, at a path of a sandbox. The image holds the file
 * system itself, not a partition table.
 *
 * @param target an absolute path in the sandbox
 * @param source the image's path on the host, not empty, which is looked at when the sandbox starts
 * @param format the image's format
 * @param includes what is copied into it
 */
public record HostImageMount(
    String target, String source, ImageFormat format, List<Include> includes) implements Mount {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the target is not absolute, the source is empty, or a path
   *     holds a control character
   */
  public HostImageMount {
    MountPath.checkTarget(target);
    MountPath.checkRequiredSource("host-image", source);
    requireNonNull(format, "format");
    includes = Include.distinct(includes);
  }

  /**
   * An image of a known format.
   *
   * @param target an absolute path in the sandbox
   * @param source the image's path on the host
   * @param format the image's format
   * @return a mount without includes
   * @throws IllegalArgumentException if the target is not absolute, the source is empty, or a path
   *     holds a control character
   */
  public static HostImageMount of(String target, String source, ImageFormat format) {
    return new HostImageMount(target, source, format, List.of());
  }

  @Override
  public HostImageMount withInclude(Include include) {
    return new HostImageMount(target, source, format, Include.added(includes, include));
  }

  @Override
  public String toOption() {
    return "host-image:"
        + MountOption.target(target)
        + "="
        + ImageSource.toOption("host-image", source, format);
  }
}

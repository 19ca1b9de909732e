package org.libvirt.sandbox.config;

import java.util.List;

/** A mount out of its group of a key file, and its includes out of theirs. */
final class MountReader {
  static final String PREFIX = "GVirSandboxConfigMount";

  private final Section section;

  MountReader(Section section) {
    this.section = section;
  }

  Mount mount() {
    String target = section.required("target", "an absolute path in the sandbox");
    section.at("target", () -> MountPath.checkTarget(target));
    String type = section.required("type", PREFIX + "HostBind, or another kind of mount");
    Mount mount =
        switch (type) {
          case PREFIX + "HostBind" -> hostBind(target);
          case PREFIX + "HostImage" -> hostImage(target);
          case PREFIX + "GuestBind" -> guestBind(target);
          case PREFIX + "Ram" -> ram(target);
          default ->
              throw section.refused(
                  "type",
                  "'%s' is no kind of mount; write %sHostBind, HostImage, GuestBind or Ram"
                      .formatted(type, PREFIX));
        };
    for (Section include : section.list("include")) {
      mount = mount.withInclude(include(include));
    }
    return mount;
  }

  private Mount hostBind(String target) {
    String source = section.required("source", "a path on the host, or nothing behind the '='");
    boolean readOnly = section.value("readonly", KeyFileValue::bool).orElse(false);
    return section.at("source", () -> new HostBindMount(target, source, readOnly, List.of()));
  }

  private Mount hostImage(String target) {
    String source = section.required("source", "the path of an image");
    String name = section.required("format", "the image's format, such as raw");
    ImageFormat format = section.at("format", () -> ImageFormat.parse(name));
    return section.at("source", () -> HostImageMount.of(target, source, format));
  }

  private Mount guestBind(String target) {
    String source = section.required("source", "a path in the sandbox");
    return section.at("source", () -> GuestBindMount.of(target, source));
  }

  private Mount ram(String target) {
    return section
        .value("usage", usage -> RamMount.of(target, KeyFileValue.bytes(usage)))
        .orElseThrow(() -> section.refused("usage", "is missing; write a number of bytes"));
  }

  private static Include include(Section section) {
    String source = section.required("src", "a path on the host");
    String destination = section.required("dst", "a path below the mount");
    Include checked = section.at("src", () -> new Include("", source));
    return section.at("dst", () -> new Include(destination, checked.source()));
  }
}

package org.libvirt.sandbox.config;

import java.util.List;
import java.util.Set;

/** A mount out of its group of a key file, and its includes out of theirs. */
final class MountReader {
  static final String PREFIX = "GVirSandboxConfigMount";

  private static final String READ_ONLY = "readonly";

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
    if (!(mount instanceof HostBindMount) && section.hasAny(Set.of(READ_ONLY))) {
      // passed over, the mount would be writable and its author think otherwise
      throw section.refused(READ_ONLY, "is for host-binds only; leave it out");
    }
    return mount;
  }

  private Mount hostBind(String target) {
    String source = section.required("source", "a path on the host, or nothing behind the '='");
    boolean readOnly = section.value(READ_ONLY, KeyFileValue::bool).orElse(false);
    return section.at("source", () -> new HostBindMount(target, source, readOnly, includes()));
  }

  private Mount hostImage(String target) {
    String source = section.required("source", "the path of an image");
    String name = section.required("format", "the image's format, such as raw");
    ImageFormat format = section.at("format", () -> ImageFormat.parse(name));
    return section.at("source", () -> new HostImageMount(target, source, format, includes()));
  }

  private Mount guestBind(String target) {
    String source = section.required("source", "a path in the sandbox");
    return section.at("source", () -> new GuestBindMount(target, source, includes()));
  }

  private Mount ram(String target) {
    String usage = section.required("usage", "a number of bytes");
    return section.at("usage", () -> new RamMount(target, KeyFileValue.bytes(usage), includes()));
  }

  private List<Include> includes() {
    return section.list("include").stream().map(MountReader::include).toList();
  }

  private static Include include(Section section) {
    String source = section.required("src", "a path on the host");
    String destination = section.required("dst", "a path below the mount");
    Include checked = section.at("src", () -> new Include("", source));
    return section.at("dst", () -> new Include(destination, checked.source()));
  }
}

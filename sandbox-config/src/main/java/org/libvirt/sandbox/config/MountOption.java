package org.libvirt.sandbox.config;

import java.util.List;

/** The option string of a mount, {@code TYPE:TARGET=SOURCE}, taken apart. */
final class MountOption {
  private final String option;

  MountOption(String option) {
    this.option = option;
  }

  Mount mount() {
    int colon = option.indexOf(':');
    if (colon < 0) {
      throw refused("has no type before a ':'; write TYPE:TARGET=SOURCE, as in 'ram:/tmp=10M'");
    }
    return switch (option.substring(0, colon)) {
      case "host-bind" -> hostBind(colon + 1);
      case "host-image" -> hostImage(colon + 1);
      case "guest-bind" -> guestBind(colon + 1);
      case "ram" -> ram(colon + 1);
      default ->
          throw refused(
              "is of the unknown type '%s'; write host-bind, host-image, guest-bind or ram"
                  .formatted(option.substring(0, colon)));
    };
  }

  private Mount hostBind(int start) {
    int equals = equalsAfter(start, "SOURCE, which may be empty");
    String source = option.substring(equals + 1);
    boolean readOnly = source.endsWith(",ro");
    if (endsInAccess(source)) {
      source = source.substring(0, source.length() - 3);
    }
    return new HostBindMount(option.substring(start, equals), source, readOnly, List.of());
  }

  private Mount hostImage(int start) {
    int equals = equalsAfter(start, "SOURCE");
    ImageSource image = ImageSource.parse(option, option.substring(equals + 1));
    return HostImageMount.of(option.substring(start, equals), image.path(), image.format());
  }

  private Mount guestBind(int start) {
    int equals = equalsAfter(start, "SOURCE");
    return GuestBindMount.of(option.substring(start, equals), option.substring(equals + 1));
  }

  private Mount ram(int start) {
    int equals = equalsAfter(start, "SIZE, such as 10M");
    return RamMount.of(
        option.substring(start, equals), ByteSize.parse(option.substring(equals + 1)));
  }

  private int equalsAfter(int start, String wanted) {
    int equals = option.indexOf('=', start);
    if (equals < 0) {
      throw refused("has no '='; write %sTARGET=%s".formatted(option.substring(0, start), wanted));
    }
    return equals;
  }

  private IllegalArgumentException refused(String problem) {
    return new IllegalArgumentException("mount '%s' %s".formatted(option, problem));
  }

  /** Whether a host-bind's source ends as an option string for its access would. */
  static boolean endsInAccess(String source) {
    return source.endsWith(",ro") || source.endsWith(",rw");
  }

  /** A target as part of an option string. */
  static String target(String target) {
    if (target.indexOf('=') >= 0) {
      throw new IllegalStateException(
          "mount target '%s' holds '=', which no option string can say".formatted(target));
    }
    return target;
  }
}

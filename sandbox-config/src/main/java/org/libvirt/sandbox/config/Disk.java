package org.libvirt.sandbox.config;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/**
 * A disk of a sandbox, which its program finds as {@code /dev/disk/by-tag/TAG}.
 *
 * <p>The option string {@code file:TAG=SOURCE[,format=FORMAT]} stands for an image file; {@link
 * #parse} reads it and {@link #toOption()} gives it.
 *
 * @param type what the source is
 * @param tag the name in {@code /dev/disk/by-tag}, not empty, without {@code /}
 * @param source the path on the host, not empty, which is looked at when the sandbox starts
 * @param format the format of the image
 */
public record Disk(Type type, String tag, String source, ImageFormat format) {
  /** What a disk's source is. */
  public enum Type {
    /** A file that holds an image. */
    FILE,
    /** A block device. */
    BLOCK;

    /** Libvirt's name. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The type of a name. */
    static Type parse(String name) {
      return switch (name) {
        case "file" -> FILE;
        case "block" -> BLOCK;
        default ->
            throw new IllegalArgumentException(
                "disk type '%s' is not known; write file or block".formatted(name));
      };
    }
  }

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if tag or source is empty or holds a control character, or the
   *     tag is no file name
   */
  public Disk {
    requireNonNull(type, "type");
    requireNonNull(format, "format");
    checkTag(tag);
    Text.ofOneLine("disk source", source);
    if (source.isEmpty()) {
      throw new IllegalArgumentException(
          "source of the disk '%s' is empty; write the path of an image".formatted(tag));
    }
  }

  /**
   * A disk whose image is a file.
   *
   * @param tag the name in {@code /dev/disk/by-tag}
   * @param source the file's path on the host
   * @param format the format of the image
   * @return a disk
   * @throws IllegalArgumentException if tag or source is empty or holds a control character, or the
   *     tag is no file name
   */
  public static Disk ofFile(String tag, String source, ImageFormat format) {
    return new Disk(Type.FILE, tag, source, format);
  }

  /**
   * A disk that is a block device of the host.
   *
   * @param tag the name in {@code /dev/disk/by-tag}
   * @param source the device's path on the host
   * @return a disk of format {@link ImageFormat#RAW}
   * @throws IllegalArgumentException if tag or source is empty or holds a control character, or the
   *     tag is no file name
   */
  public static Disk ofBlockDevice(String tag, String source) {
    return new Disk(Type.BLOCK, tag, source, ImageFormat.RAW);
  }

  /**
   * Reads an option string. The tag ends at the first {@code =}; without a format, the path's
   * extension tells it.
   *
   * @param option {@code file:TAG=SOURCE[,format=FORMAT]}
   * @return the disk
   * @throws IllegalArgumentException if it is no such string; the message holds the part that is
   *     wrong
   */
  public static Disk parse(String option) {
    int colon = option.indexOf(':');
    if (colon < 0) {
      throw refused(option, "has no type before a ':'; write file:TAG=SOURCE");
    }
    String type = option.substring(0, colon);
    if (!type.equals("file")) {
      throw refused(
          option,
          "is of the type '%s', which no option string can have; write file:TAG=SOURCE"
              .formatted(type));
    }
    int equals = option.indexOf('=', colon);
    if (equals < 0) {
      throw refused(option, "has no '='; write file:TAG=SOURCE");
    }
    ImageSource image = ImageSource.parse(option, option.substring(equals + 1));
    return ofFile(option.substring(colon + 1, equals), image.path(), image.format());
  }

  /**
   * The option string of this disk.
   *
   * @return what {@link #parse} makes an equal disk of
   * @throws IllegalStateException if no option string stands for it: it is a block device, its tag
   *     holds {@code =}, or its path a comma
   */
  public String toOption() {
    if (type != Type.FILE || tag.indexOf('=') >= 0) {
      throw new IllegalStateException("no option string can say %s disk '%s'".formatted(type, tag));
    }
    return "file:" + tag + "=" + ImageSource.toOption("disk", source, format);
  }

  private static void checkTag(String tag) {
    Text.ofOneLine("disk tag", tag);
    if (tag.isEmpty()) {
      throw new IllegalArgumentException("disk tag is empty; write a name, such as 'data'");
    }
    if (tag.indexOf('/') >= 0 || tag.equals(".") || tag.equals("..")) {
      throw new IllegalArgumentException(
          "disk tag '%s' is no file name; write one without '/', other than '.' and '..'"
              .formatted(tag));
    }
  }

  private static IllegalArgumentException refused(String option, String problem) {
    return new IllegalArgumentException("disk '%s' %s".formatted(option, problem));
  }
}

package org.libvirt.sandbox.config;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The format of a disk image, by libvirt's names. */
public enum ImageFormat {
  /** The bytes of the disk themselves. */
  RAW,
  /** A directory as a disk. */
  DIR,
  /** Bochs. */
  BOCHS,
  /** Linux compressed loop. */
  CLOOP,
  /** QEMU's first copy-on-write format. */
  COW,
  /** Apple's disk image. */
  DMG,
  /** An image of a compact disc. */
  ISO,
  /** QEMU's second copy-on-write format. */
  QCOW,
  /** QEMU's copy-on-write format. */
  QCOW2,
  /** QEMU's enhanced disk. */
  QED,
  /** VMware's. */
  VMDK,
  /** Virtual PC's. */
  VPC,
  /** A directory as a FAT disk. */
  FAT,
  /** Xen's name for Virtual PC's. */
  VHD;

  private static final String ALL =
      Arrays.stream(values()).map(ImageFormat::toString).collect(joining(", "));

  /**
   * The format of a name.
   *
   * @param name libvirt's name, in lower case
   * @return the format
   * @throws IllegalArgumentException if there is none of that name
   */
  public static ImageFormat parse(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "image format '%s' is not known; write one of %s".formatted(name, ALL)));
  }

  /**
   * The format that a path's extension tells of: what follows the last dot, where {@code img} means
   * {@link #RAW}.
   *
   * @param path the path of an image
   * @return the format; {@link #RAW} where the extension tells of none
   */
  public static ImageFormat ofPath(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? RAW : find(path.substring(dot + 1)).orElse(RAW);
  }

  private static Optional<ImageFormat> find(String name) {
    return Arrays.stream(values()).filter(format -> format.toString().equals(name)).findFirst();
  }

  /** Libvirt's name. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package org.libvirt.sandbox.config;

/** An image in an option string, {@code PATH[,format=FORMAT]}. */
record ImageSource(String path, ImageFormat format) {
  private static final String FORMAT = "format=";

  /** Takes apart what follows the {@code =} of an option string. */
  static ImageSource parse(String option, String source) {
    int comma = source.indexOf(',');
    if (comma < 0) {
      return new ImageSource(source, ImageFormat.ofPath(source));
    }
    String extra = source.substring(comma + 1);
    if (!extra.startsWith(FORMAT)) {
      throw new IllegalArgumentException(
          "'%s' has the unknown option '%s' behind its path; write format=FORMAT, or nothing"
              .formatted(option, extra));
    }
    return new ImageSource(
        source.substring(0, comma), ImageFormat.parse(extra.substring(FORMAT.length())));
  }

  /** What {@link #parse} reads. */
  static String toOption(String kind, String path, ImageFormat format) {
    if (path.indexOf(',') >= 0) {
      throw new IllegalStateException(
          "%s source '%s' holds a comma, which no option string can say".formatted(kind, path));
    }
    return ImageFormat.ofPath(path) == format ? path : path + "," + FORMAT + format;
  }
}

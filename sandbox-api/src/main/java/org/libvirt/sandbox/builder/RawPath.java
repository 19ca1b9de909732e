package org.libvirt.sandbox.builder;

import com.google.common.base.CharMatcher;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * The bytes of a path of this host. For the kernel a name is any bytes; as text, a {@link Path}
 * holds only what the locale can express, but on its way to and from a URI nothing is lost.
 */
final class RawPath {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private RawPath() {}

  /**
   * A path of these bytes.
   *
   * @param bytes one character a byte, as ISO 8859-1 reads them; absolute, without NUL
   */
  static Path of(String bytes) {
    // any locale can express these, and a host may have tens of thousands of them
    if (CharMatcher.ascii().matchesAllOf(bytes)) {
      return Path.of(bytes);
    }
    StringBuilder uri = new StringBuilder("file://");
    for (byte b : bytes.getBytes(StandardCharsets.ISO_8859_1)) {
      if (b == '/') {
        uri.append('/');
      } else {
        uri.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
      }
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** The bytes of an absolute path, one character a byte. */
  static String toLatin1(Path path) {
    return new String(toByteArray(path), StandardCharsets.ISO_8859_1);
  }

  /** The bytes of an absolute path. */
  static byte[] toByteArray(Path path) {
    String uri = path.toUri().getRawPath();
    var bytes = new ByteArrayOutputStream(uri.length());
    int end = uri.length() > 1 && uri.endsWith("/") ? uri.length() - 1 : uri.length();
    for (int i = 0; i < end; i++) {
      if (uri.charAt(i) == '%') {
        bytes.write(Integer.parseInt(uri.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(uri.charAt(i));
      }
    }
    return bytes.toByteArray();
  }
}

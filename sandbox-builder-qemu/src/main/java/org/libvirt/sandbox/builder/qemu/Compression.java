package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.libvirt.sandbox.HostLacksException;
import org.tukaani.xz.SingleXZInputStream;

/** How a kernel or a module is compressed, told by the bytes that it begins with. */
enum Compression {
  GZIP("\u001f\u008b") {
    @Override
    InputStream decompress(InputStream in) throws IOException {
      return new GZIPInputStream(in, BUFFER);
    }
  },
  XZ("\u00fd7zXZ\0") {
    @Override
    InputStream decompress(InputStream in) throws IOException {
      return new SingleXZInputStream(in, XZ_MEMORY_KIB);
    }
  },
  ZSTD("(\u00b5/\u00fd") {
    @Override
    InputStream decompress(InputStream in) throws IOException {
      try {
        return new ZstdInputStreamNoFinalizer(in);
      } catch (LinkageError e) {
        throw new HostLacksException(
            "the library for zstd cannot be loaded (%s); name a directory for it that is not mounted noexec by -DZstdTempFolder=DIRECTORY"
                .formatted(e.getMessage()),
            e);
      }
    }
  },
  /** The form of {@code lz4 -l}, which kernels are packed with. */
  LZ4("\u0002!L\u0018") {
    @Override
    InputStream decompress(InputStream in) throws IOException {
      return new LegacyLz4InputStream(in);
    }
  };

  /** As many bytes as tell each kind from the others. */
  static final int LONGEST_MAGIC = 6;

  private static final int BUFFER = 1 << 16;

  /** A kernel's dictionary has up to 128 MiB; more than this is no kernel's. */
  private static final int XZ_MEMORY_KIB = 256 << 10;

  /** Bytes as characters of Latin 1. */
  private final String magic;

  Compression(String magic) {
    this.magic = magic;
  }

  /**
   * The kind of some content.
   *
   * @param content its first {@link #LONGEST_MAGIC} bytes at least, or all of it
   * @return empty for what is not compressed, or in another way
   */
  static Optional<Compression> of(byte[] content) {
    return Arrays.stream(values()).filter(kind -> kind.begins(content)).findFirst();
  }

  private boolean begins(byte[] content) {
    return content.length >= magic.length()
        && magic.equals(new String(content, 0, magic.length(), ISO_8859_1));
  }

  /**
   * What was compressed, as a stream.
   *
   * @param in the compressed bytes from their first on, without anything after them
   * @return a stream that closes the one given
   * @throws IOException if they cannot be read, or do not begin as they should
   */
  abstract InputStream decompress(InputStream in) throws IOException;
}

package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** Files like the kernels that x86 boot loaders load, with something tiny packed in them. */
final class BigImage {
  private static final int SETUP = 2 * 512;
  private static final int START = 3072 + 100;

  private BigImage() {}

  /** A kernel of a release, with bytes packed in a way that is known by a program's suffix. */
  static byte[] of(String release, String suffix, byte[] kernel) {
    return of(release, payload(suffix, kernel));
  }

  /** A kernel of a release with a payload. */
  static byte[] of(String release, byte[] payload) {
    byte[] version = (release + " (builder@example.org) #1 SMP\0").getBytes(US_ASCII);
    return ByteBuffer.allocate(Math.max(8192, START + payload.length))
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(0x1f1, (byte) 1)
        .putInt(0x202, 0x53726448)
        .putShort(0x206, (short) 0x20f)
        .putShort(0x20e, (short) (0x300 - 0x200))
        .put(0x300, version)
        .putInt(0x248, START - SETUP)
        .putInt(0x24c, payload.length)
        .put(START, payload)
        .array();
  }

  /**
   * A kernel of a release that jumps to where it stands, in the mode in which firmware enters it.
   */
  static byte[] thatHangs(String release) {
    return ByteBuffer.wrap(of(release, "none", new byte[0]))
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(0x200, (short) 0xfeeb)
        .putShort(0x206, (short) 0x202)
        .put(0x211, (byte) 1)
        .array();
  }

  /** A file of an image. */
  static Path write(Path file, byte[] image) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, image);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the kernel's makefiles pack it: all but gzip's have the size after them. */
  static byte[] payload(String suffix, byte[] kernel) {
    try {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      switch (suffix) {
        case "gz" -> {
          try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(kernel);
          }
          return packed.toByteArray();
        }
        case "xz" -> {
          FilterOptions[] filters = {new X86Options(), new LZMA2Options()};
          try (OutputStream out = new XZOutputStream(packed, filters, XZ.CHECK_CRC32)) {
            out.write(kernel);
          }
        }
        case "zst" -> packed.write(Zstd.compress(kernel));
        case "lz4" -> packed.write(lz4(kernel));
        default -> packed.write(suffix.getBytes(US_ASCII));
      }
      packed.write(number(kernel.length));
      return packed.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One block of literals only. */
  private static byte[] lz4(byte[] content) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0xf0);
    int rest = content.length - 15;
    for (; rest >= 255; rest -= 255) {
      block.write(255);
    }
    block.write(rest);
    block.write(content);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.write(number(0x184c2102));
    packed.write(number(block.size()));
    packed.write(block.toByteArray());
    return packed.toByteArray();
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value).array();
  }

  /** A kernel that machines can enter: an ELF file with the one note that says so. */
  static byte[] machineKernel() {
    return elf("Xen\0");
  }

  /** One that they cannot enter. */
  static byte[] otherKernel() {
    return elf("GNU\0");
  }

  private static byte[] elf(String owner) {
    return ByteBuffer.allocate(64 + 56 + 36)
        .putInt(0, 0x7f454c46)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(4, (byte) 2)
        .put(5, (byte) 1)
        .putLong(32, 64)
        .putShort(56, (short) 1)
        .putInt(64, 4)
        .putLong(64 + 8, 120)
        .putLong(64 + 32, 36)
        // an empty note before the one that counts
        .putInt(120, 0)
        .putInt(128, 7)
        .putInt(132, 4)
        .putInt(136, 8)
        .putInt(140, 18)
        .put(144, owner.getBytes(US_ASCII))
        .array();
  }
}

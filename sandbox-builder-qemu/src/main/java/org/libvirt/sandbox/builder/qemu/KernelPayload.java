package org.libvirt.sandbox.builder.qemu;

import com.google.common.io.ByteStreams;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.IoProblem;

/** The kernel proper, as it lies compressed in the file that boot loaders load. */
final class KernelPayload {
  private static final int BUFFER = 1 << 18;

  /**
   * The unpacked size, which every payload ends with: in gzip's own format, or after the others'.
   */
  private static final int SIZE = 4;

  private final Path file;
  private final long start;
  private final long length;

  /**
   * A payload.
   *
   * @param file what it lies in
   * @param start its first byte's position
   * @param length its bytes
   */
  KernelPayload(Path file, long start, long length) {
    this.file = file;
    this.start = start;
    this.length = length;
  }

  /**
   * Writes what is packed.
   *
   * @param target the file to write, which must not exist
   * @return false, with nothing written, if it is packed in a way that is not known here
   * @throws HostLacksException if it cannot be unpacked
   * @throws IOException if the target cannot be written
   */
  boolean unpackTo(Path target) throws IOException {
    byte[] magic = new byte[Compression.LONGEST_MAGIC];
    int size;
    try (FileChannel channel = FileChannel.open(file)) {
      if (length < magic.length + SIZE || start + length > channel.size()) {
        throw damaged("it ends before the kernel packed in it does", null);
      }
      read(channel, ByteBuffer.wrap(magic), start);
      ByteBuffer end = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
      read(channel, end, start + length - SIZE);
      size = end.getInt(0);
    } catch (IOException e) {
      throw damaged(IoProblem.words(e), e);
    }
    Optional<Compression> compression = Compression.of(magic);
    if (compression.isEmpty()) {
      return false;
    }
    long packed = compression.get() == Compression.GZIP ? length : length - SIZE;
    unpack(compression.get(), packed, Integer.toUnsignedLong(size), target);
    return true;
  }

  private static void read(FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    for (long at = position; buffer.hasRemaining(); ) {
      int count = channel.read(buffer, at);
      if (count < 0) {
        throw new EOFException("it ends too early");
      }
      at += count;
    }
  }

  private void unpack(Compression compression, long packed, long size, Path target)
      throws IOException {
    try (InputStream in = open(compression, packed);
        OutputStream out =
            Files.newOutputStream(
                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      long written = 0;
      for (int count = read(in, buffer); count >= 0; count = read(in, buffer)) {
        written += count;
        if (written > size) {
          break;
        }
        out.write(buffer, 0, count);
      }
      if (written != size) {
        throw damaged("it does not unpack to the size that it tells", null);
      }
    }
  }

  private InputStream open(Compression compression, long packed) {
    try {
      InputStream in = Files.newInputStream(file);
      try {
        in.skipNBytes(start);
        return compression.decompress(
            new BufferedInputStream(ByteStreams.limit(in, packed), BUFFER));
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw damaged(IoProblem.words(e), e);
    }
  }

  /** Whose fault an error is must be known: this file's, or that of the one that is written. */
  private int read(InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      throw damaged(IoProblem.words(e), e);
    }
  }

  private HostLacksException damaged(String why, @Nullable Exception cause) {
    return new HostLacksException(
        "the kernel %s is damaged: %s; install its package again".formatted(file, why), cause);
  }
}

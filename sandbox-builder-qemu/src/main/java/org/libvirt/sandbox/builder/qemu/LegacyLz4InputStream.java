package org.libvirt.sandbox.builder.qemu;

import com.google.common.primitives.Ints;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * What was packed by {@code lz4 -l}: a magic number, then blocks that know nothing of each other,
 * each after its packed length.
 *
 * <p>A block holds turns: a byte with two lengths, literal bytes, then the distance of a copy of
 * what came before. A length of 15 goes on in the bytes that follow, as long as these are 255. The
 * last turn has no copy.
 */
final class LegacyLz4InputStream extends FilterInputStream {
  /** What each block but the last unpacks to. */
  private static final int BLOCK = 8 << 20;

  /** What a block that cannot be packed takes, by the format's own bound. */
  private static final int LARGEST_PACKED = BLOCK + BLOCK / 255 + 16;

  private static final int MAGIC = 0x184c2102;
  private static final int LONG_LENGTH = 15;
  private static final int SHORTEST_COPY = 4;

  private final byte[] block = new byte[BLOCK];
  private int start;
  private int end;

  /**
   * A stream.
   *
   * @param in the packed bytes, the magic number first
   * @throws IOException if they begin otherwise
   */
  LegacyLz4InputStream(InputStream in) throws IOException {
    super(in);
    if (length(in.readNBytes(4)) != MAGIC) {
      throw new IOException("no legacy lz4 data");
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? block[start++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, end - start);
    System.arraycopy(block, start, target, offset, count);
    start += count;
    return count;
  }

  @Override
  public int available() {
    return end - start;
  }

  @Override
  public long skip(long count) throws IOException {
    if (count <= 0 || !fill()) {
      return 0;
    }
    int skipped = (int) Math.min(count, end - start);
    start += skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private boolean fill() throws IOException {
    while (start == end) {
      byte[] size = in.readNBytes(4);
      if (size.length == 0) {
        return false;
      }
      int packed = length(size);
      if (packed <= 0 || packed > LARGEST_PACKED) {
        throw new IOException("a block of lz4 data has an impossible length");
      }
      byte[] source = in.readNBytes(packed);
      if (source.length < packed) {
        throw new EOFException("lz4 data ends within a block");
      }
      start = 0;
      end = unpack(source);
    }
    return true;
  }

  private static int length(byte[] bytes) throws IOException {
    if (bytes.length < 4) {
      throw new EOFException("lz4 data ends within a length");
    }
    return Ints.fromBytes(bytes[3], bytes[2], bytes[1], bytes[0]);
  }

  private int unpack(byte[] source) throws IOException {
    try {
      return unpackTurns(source);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("a block of lz4 data is damaged", e);
    }
  }

  /** Each access is checked by the arrays themselves. */
  private int unpackTurns(byte[] source) {
    int from = 0;
    int to = 0;
    while (true) {
      int turn = source[from++] & 0xff;

      int literals = turn >>> 4;
      if (literals == LONG_LENGTH) {
        int more;
        do {
          more = source[from++] & 0xff;
          literals += more;
        } while (more == 255);
      }
      System.arraycopy(source, from, block, to, literals);
      from += literals;
      to += literals;
      if (from == source.length) {
        return to;
      }

      int distance = (source[from++] & 0xff) | ((source[from++] & 0xff) << 8);
      int copied = turn & 0xf;
      if (copied == LONG_LENGTH) {
        int more;
        do {
          more = source[from++] & 0xff;
          copied += more;
        } while (more == 255);
      }
      to = copy(distance, to, copied + SHORTEST_COPY);
    }
  }

  private int copy(int distance, int to, int count) {
    int from = to - Objects.checkIndex(distance - 1, to) - 1;
    if (distance >= count) {
      System.arraycopy(block, from, block, to, count);
    } else { // the copy's own beginning is part of what is copied
      for (int i = 0; i < count; i++) {
        block[to + i] = block[from + i];
      }
    }
    return to + count;
  }
}

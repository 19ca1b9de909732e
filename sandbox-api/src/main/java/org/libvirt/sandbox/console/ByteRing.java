package org.libvirt.sandbox.console;

import java.nio.ByteBuffer;

/**
 * A queue of bytes with a largest size, which takes memory only as it is filled. Not safe for use
 * by several threads.
 */
final class ByteRing {
  private static final int SMALLEST = 8 * 1024;
  private static final byte[] NOTHING = new byte[0];

  private final int limit;
  private byte[] bytes = NOTHING;
  private int head;
  private int size;

  /**
   * An empty ring.
   *
   * @param limit the most bytes that it holds
   */
  ByteRing(int limit) {
    this.limit = limit;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** How many more bytes it takes. */
  int room() {
    return limit - size;
  }

  /** Takes all that remains in a buffer, which must not be more than there is {@link #room}. */
  void put(ByteBuffer from) {
    int length = from.remaining();
    reserve(length);
    int tail = tail();
    int first = Math.min(length, bytes.length - tail);
    from.get(bytes, tail, first);
    from.get(bytes, 0, length - first);
    size += length;
  }

  /** Takes bytes, not more than there is {@link #room}. */
  void put(byte[] from, int offset, int length) {
    reserve(length);
    int tail = tail();
    int first = Math.min(length, bytes.length - tail);
    System.arraycopy(from, offset, bytes, tail, first);
    System.arraycopy(from, offset + first, bytes, 0, length - first);
    size += length;
  }

  /** Gives up to {@code length} bytes; returns how many. */
  int get(byte[] to, int offset, int length) {
    int count = Math.min(length, size);
    int first = Math.min(count, bytes.length - head);
    System.arraycopy(bytes, head, to, offset, first);
    System.arraycopy(bytes, 0, to, offset + first, count - first);
    drop(count);
    return count;
  }

  /** Gives {@code count} bytes, not more than there are. */
  void get(ByteBuffer to, int count) {
    int first = Math.min(count, bytes.length - head);
    to.put(bytes, head, first);
    to.put(bytes, 0, count - first);
    drop(count);
  }

  /** Forgets what it holds and gives its memory up. */
  void clear() {
    bytes = NOTHING;
    head = 0;
    size = 0;
  }

  private void drop(int count) {
    size -= count;
    // An empty ring starts again at the front, so that a slow stream stays in a small, warm part.
    head = size == 0 ? 0 : (head + count) % bytes.length;
  }

  private int tail() {
    int tail = head + size;
    return tail >= bytes.length ? tail - bytes.length : tail;
  }

  private void reserve(int length) {
    int wanted = size + length;
    if (wanted > limit) {
      throw new IllegalStateException(wanted + " bytes for a ring of " + limit);
    }
    if (wanted <= bytes.length) {
      return;
    }
    byte[] grown = new byte[Math.min(limit, Math.max(SMALLEST, Integer.highestOneBit(wanted) * 2))];
    int kept = size;
    get(grown, 0, kept);
    bytes = grown;
    head = 0;
    size = kept;
  }
}

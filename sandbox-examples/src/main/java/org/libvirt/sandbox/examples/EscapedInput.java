package org.libvirt.sandbox.examples;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;

/**
 * What a user types up to the escape character. That is no end: who reads on stays waiting, as what
 * comes next is not for the one who reads.
 */
final class EscapedInput extends FilterInputStream {
  private final EscapeCharacter escape;
  private final Runnable escaped;
  private boolean over;

  /**
   * An input.
   *
   * @param escaped run once what was typed before the escape character has been dealt with
   */
  EscapedInput(InputStream in, EscapeCharacter escape, Runnable escaped) {
    super(in);
    this.escape = escape;
    this.escaped = escaped;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (over) {
      return escape();
    }
    byte[] chunk = new byte[length];
    int count = in.read(chunk, 0, length);
    if (count < 0) {
      return count;
    }
    int typed = escape.before(chunk, count);
    over = typed < count;
    if (over && typed == 0) {
      return escape();
    }
    System.arraycopy(chunk, 0, to, offset, typed);
    return typed;
  }

  private int escape() throws InterruptedIOException {
    escaped.run();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new InterruptedIOException("the escape character was typed");
  }
}

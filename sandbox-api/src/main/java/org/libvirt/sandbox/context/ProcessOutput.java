package org.libvirt.sandbox.context;

import static java.util.Objects.checkFromIndexSize;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An output of a process, which can be read when its sandbox is gone: what was not read by the
 * program's end is kept here. Locks, not monitors, so that virtual threads may read.
 */
final class ProcessOutput extends InputStream {
  /**
   * More than can be on its way when a program has ended: 1 MiB here, and in the sandbox a pipe,
   * which is not larger, with what the supervisor holds of it. A guest that sends more lies.
   */
  private static final int MOST_KEPT = 4 << 20;

  private static final int CHUNK = 64 * 1024;

  private final InputStream live;
  private final ReentrantLock reading = new ReentrantLock();
  private @Nullable InputStream kept;
  private @Nullable IOException loss;
  private volatile boolean over;
  private volatile boolean closed;

  /** An output that is read as the program writes it. */
  ProcessOutput(InputStream live) {
    this.live = live;
  }

  /** Takes all that is left of an output whose program has ended, so that no reader is awaited. */
  void keep() {
    over = true;
    reading.lock(); // a reader who is in the middle soon has his bytes or the end
    try {
      if (kept == null) {
        kept = new ByteArrayInputStream(takeRest());
      }
    } finally {
      reading.unlock();
    }
  }

  private byte[] takeRest() {
    var rest = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    try {
      for (int count = live.read(chunk); count >= 0; count = live.read(chunk)) {
        if (rest.size() + count > MOST_KEPT) {
          live.close();
          throw new IOException(
              "more than " + MOST_KEPT + " bytes of output came after the program's end");
        }
        rest.write(chunk, 0, count);
      }
    } catch (IOException e) {
      loss = e;
    }
    return rest.toByteArray();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, to.length);
    lockInterruptibly();
    try {
      requireOpen();
      if (length == 0) {
        return 0;
      }
      if (kept == null) {
        return live.read(to, offset, length);
      }
      int count = kept.read(to, offset, length);
      if (count < 0 && loss != null) {
        throw new IOException(loss.getMessage(), loss);
      }
      return count;
    } finally {
      reading.unlock();
    }
  }

  @Override
  public int available() throws IOException {
    requireOpen();
    if (!over) {
      return live.available();
    }
    lockInterruptibly();
    try {
      return kept == null ? live.available() : kept.available();
    } finally {
      reading.unlock();
    }
  }

  /** Wakes who reads; the program gets SIGPIPE if it writes on. */
  @Override
  public void close() throws IOException {
    closed = true;
    live.close();
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("Stream closed");
    }
  }

  private void lockInterruptibly() throws InterruptedIOException {
    try {
      reading.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var exception = new InterruptedIOException("interrupted while another thread was reading");
      exception.initCause(e);
      throw exception;
    }
  }
}

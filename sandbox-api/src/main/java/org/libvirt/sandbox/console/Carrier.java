package org.libvirt.sandbox.console;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What carries the bytes between the host and a supervisor: one thread reads, one writes, any
 * closes.
 */
interface Carrier extends Closeable {
  /**
   * Reads what is there, at least one byte; waits for it.
   *
   * @return the number of bytes read, -1 at the end
   */
  int read(ByteBuffer into) throws IOException;

  /** Writes all that remains in the buffer. */
  void write(ByteBuffer bytes) throws IOException;

  /** Tells the other side that nothing more will be written; it can still be read from. */
  void shutdownOutput() throws IOException;

  /** The window of each output of each program, in bytes. */
  int window();

  /** Ends both directions and wakes the reader and the writer; idempotent. */
  @Override
  void close() throws IOException;
}

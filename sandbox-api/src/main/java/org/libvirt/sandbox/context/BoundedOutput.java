package org.libvirt.sandbox.context;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;

/** The beginning of an output, which is read to its end. */
final class BoundedOutput {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final int CHUNK = 64 * 1024;

  private final InputStream stream;
  private final int limit;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean whole;

  private BoundedOutput(InputStream stream, int limit) {
    this.stream = stream;
    this.limit = limit;
  }

  /**
   * What was kept.
   *
   * @param bytes the first bytes of the output
   * @param whole whether these are all
   */
  record Beginning(ByteArrayOutputStream bytes, boolean whole) {}

  /** Starts to read, in a thread of its own. */
  static BoundedOutput readFrom(InputStream stream, int limit) {
    var output = new BoundedOutput(stream, limit);
    Thread reader = new Thread(output::read, "sandbox-run-output");
    reader.setDaemon(true);
    reader.start();
    return output;
  }

  private void read() {
    byte[] chunk = new byte[CHUNK];
    boolean keptAll = true;
    try {
      for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
        int room = Math.min(count, limit - kept.size());
        kept.write(chunk, 0, room);
        keptAll &= room == count;
      }
      whole = keptAll; // only here: what ends the reading otherwise has cut the output off
    } catch (IOException e) {
      // the end of the process tells its user what became of the sandbox
      LOG.log(Level.DEBUG, "an output was cut off: {0}", e.getMessage());
    } finally {
      ended.countDown();
    }
  }

  /** Waits for the end of the output. */
  Beginning await() throws InterruptedException {
    ended.await();
    return new Beginning(kept, whole);
  }
}

package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/**
 * That nobody reads any more what is written. The JDK tells no error numbers, only the C library's
 * words, and these are in the user's language.
 */
final class BrokenPipe {
  private static final String ENGLISH = "Broken pipe";

  private BrokenPipe() {}

  static boolean isMeantBy(IOException e) {
    String words = e.getMessage();
    return ENGLISH.equals(words) || Words.HERE.equals(words);
  }

  /** Asked for once, and only when something could not be written. */
  private static final class Words {
    private static final String HERE = provoke();

    private static String provoke() {
      try {
        Pipe pipe = Pipe.open();
        try (Pipe.SinkChannel sink = pipe.sink()) {
          pipe.source().close();
          // one that waits would look at this thread's interrupt status first
          sink.configureBlocking(false);
          sink.write(ByteBuffer.allocate(1));
          return ENGLISH; // the kernel takes no byte that nobody can read
        }
      } catch (IOException e) {
        return String.valueOf(e.getMessage());
      }
    }
  }
}

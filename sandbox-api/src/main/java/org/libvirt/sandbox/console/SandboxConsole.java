package org.libvirt.sandbox.console;

import java.io.InputStream;
import java.io.OutputStream;

/** The streams of something that runs in a sandbox. Its streams may be used by any thread. */
public interface SandboxConsole extends AutoCloseable {
  /**
   * What the user says to the sandbox.
   *
   * @return always the same stream; closing it is the end of file
   */
  OutputStream stdin();

  /**
   * What the sandbox says.
   *
   * @return always the same stream; closing it says that nobody reads any more
   */
  InputStream stdout();

  /** Gives the streams up and leaves what runs alone. */
  void detach();

  /** Ends the interest in the streams, all of them; idempotent. */
  @Override
  void close();
}

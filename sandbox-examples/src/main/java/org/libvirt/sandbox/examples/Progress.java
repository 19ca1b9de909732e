package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the library logs, shown to the user as it happens. */
final class Progress {
  // a logger that nobody holds may be collected, and its level with it
  private static final Logger LIBRARY = Logger.getLogger("org.libvirt.sandbox");

  private Progress() {}

  static void showOn(PrintWriter err) {
    LIBRARY.setLevel(Level.FINE);
    LIBRARY.setUseParentHandlers(false);
    LIBRARY.addHandler(new Lines(err));
  }

  private static final class Lines extends Handler {
    private final PrintWriter err;
    private final long start = System.nanoTime();

    Lines(PrintWriter err) {
      this.err = err;
      setLevel(Level.FINE);
      setFormatter(new SimpleFormatter());
    }

    @Override
    public void publish(LogRecord entry) {
      if (isLoggable(entry)) {
        double milliseconds = (System.nanoTime() - start) / 1e6;
        err.printf(
            "virt-sandbox: %.1f ms: %s%n", milliseconds, getFormatter().formatMessage(entry));
      }
    }

    @Override
    public void flush() {
      err.flush();
    }

    @Override
    public void close() {
      err.flush();
    }
  }
}

package org.libvirt.sandbox.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.SandboxException;

/**
 * Streams of a caller's that are joined to a console. Daemon threads copy until a stream ends or
 * this is closed.
 */
public final class Attachment implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private static final int CHUNK = 256 * 1024;

  private final Thread stdout;
  private final Thread stderr;
  private final CompletableFuture<Void> written;
  private volatile boolean closed;

  private Attachment(
      SandboxConsole console, @Nullable InputStream in, OutputStream out, OutputStream err) {
    CompletableFuture<Void> outWritten = new CompletableFuture<>();
    CompletableFuture<Void> errWritten = new CompletableFuture<>();
    written = CompletableFuture.allOf(outWritten, errWritten);
    stdout = thread("stdout", () -> copyOutput(console.stdout(), out, outWritten));
    stderr = thread("stderr", () -> copyOutput(console.stderr(), err, errWritten));
    if (in != null) {
      thread("stdin", () -> copyInput(in, console.stdin())).start();
    }
  }

  static Attachment of(
      SandboxConsole console, @Nullable InputStream in, OutputStream out, OutputStream err) {
    Attachment attachment = new Attachment(console, in, out, err);
    attachment.stdout.start();
    attachment.stderr.start();
    return attachment;
  }

  /**
   * When all that the sandbox says has been written, up to the ends of its outputs, or this has
   * been closed. Where nobody reads what is written (EPIPE) that output is over, and closed for the
   * sandbox, too.
   *
   * @return a future of the caller's own; it fails with a {@link SandboxException} if an output
   *     cannot be written
   */
  public CompletableFuture<Void> written() {
    return Notices.copyOf(written);
  }

  /**
   * Ends the copying; the console stays as it is. What was read from it is still written. Of the
   * caller's input what is being read at this moment is lost. Closing again does nothing.
   */
  @Override
  public void close() {
    closed = true;
    // console streams lose nothing by that; the caller's input may not take notice of it
    stdout.interrupt();
    stderr.interrupt();
  }

  private void copyOutput(InputStream from, OutputStream to, CompletableFuture<Void> done) {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int n = read(from, chunk); n >= 0; n = read(from, chunk)) {
        to.write(chunk, 0, n);
        to.flush();
      }
      done.complete(null);
    } catch (IOException e) {
      close(from);
      if (BrokenPipe.isMeantBy(e)) {
        done.complete(null);
      } else {
        done.completeExceptionally(
            new SandboxException("cannot write the sandbox's output: " + e.getMessage(), e));
      }
    } catch (RuntimeException | Error e) {
      done.completeExceptionally(e);
    }
  }

  /** Reads, taking a lost sandbox for the end: the exit status tells of it. */
  private int read(InputStream from, byte[] chunk) {
    while (!closed) {
      try {
        return from.read(chunk);
      } catch (InterruptedIOException e) {
        Thread.interrupted(); // by close(); anybody else has no business with this thread
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "output ended early: {0}", e.getMessage());
        return -1;
      }
    }
    return -1;
  }

  private void copyInput(InputStream from, OutputStream to) {
    byte[] chunk = new byte[CHUNK];
    try {
      int n = from.read(chunk);
      while (n >= 0 && !closed) {
        to.write(chunk, 0, n);
        to.flush();
        n = from.read(chunk);
      }
    } catch (IOException e) {
      // a closed descriptor 0 is an end of file; a program that does not read is not an error
      LOG.log(Level.DEBUG, "input ended early: {0}", e.getMessage());
    }
    if (!closed) {
      close(to);
    }
  }

  private static void close(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception e) {
      LOG.log(Level.DEBUG, "a console''s stream: {0}", e.getMessage());
    }
  }

  private static Thread thread(String stream, Runnable copy) {
    Thread thread = new Thread(copy, "sandbox-attached-" + stream);
    thread.setDaemon(true);
    return thread;
  }
}

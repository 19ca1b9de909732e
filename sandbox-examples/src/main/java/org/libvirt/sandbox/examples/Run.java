package org.libvirt.sandbox.examples;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.console.RpcConsole;

/** A program in a sandbox, its streams joined to those of this process. */
final class Run {
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final int CHUNK = 256 * 1024;

  private final RpcConsole console;
  private final List<CompletableFuture<Void>> outputs;

  Run(RpcConsole console) {
    this.console = console;
    // not System.out, which would take each chunk through another buffer
    outputs =
        List.of(
            start("stdout", () -> copyOutput(console.stdout(), new FileOutputStream(FileDescriptor.out))),
            start("stderr", () -> copyOutput(console.stderr(), new FileOutputStream(FileDescriptor.err))));
    start("stdin", this::copyInput);
  }

  /**
   * How the program ended.
   *
   * @param status the program's own
   * @param timedOut whether it was ended for having run too long
   */
  record Result(ExitStatus status, boolean timedOut) {}

  /** Waits for the program's end and for all its output to be written. */
  Result await(@Nullable Duration limit) {
    boolean timedOut = limit != null && !endsWithin(limit);
    if (timedOut) {
      console.signal(SIGTERM);
      if (!endsWithin(GRACE)) {
        console.signal(SIGKILL);
      }
    }
    ExitStatus status = console.exited().join();
    outputs.forEach(CompletableFuture::join);
    return new Result(status, timedOut);
  }

  private boolean endsWithin(Duration limit) {
    try {
      console.exited().get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("an exit status never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while waiting for the program", e);
    }
  }

  /** Copies until the end. A reader of ours that is gone closes the program's stream too. */
  private static void copyOutput(InputStream from, OutputStream to) {
    byte[] chunk = new byte[CHUNK];
    try (from) {
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        to.write(chunk, 0, n);
      }
    } catch (IOException e) {
      // of a lost sandbox the exit status tells; of a reader that is gone, SIGPIPE tells the program
      System.getLogger("org.libvirt.sandbox")
          .log(System.Logger.Level.DEBUG, "output ended early: {0}", e.getMessage());
    }
  }

  private void copyInput() {
    byte[] chunk = new byte[CHUNK];
    try (OutputStream to = console.stdin();
        FileInputStream from = new FileInputStream(FileDescriptor.in)) {
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        to.write(chunk, 0, n);
      }
    } catch (IOException e) {
      // a closed descriptor 0 is an end of file; a program that does not read is not an error
      System.getLogger("org.libvirt.sandbox")
          .log(System.Logger.Level.DEBUG, "input ended early: {0}", e.getMessage());
    }
  }

  private static CompletableFuture<Void> start(String stream, Runnable copy) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                copy.run();
                done.complete(null);
              } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
              }
            },
            "copy-" + stream);
    thread.setDaemon(true);
    thread.start();
    return done;
  }
}

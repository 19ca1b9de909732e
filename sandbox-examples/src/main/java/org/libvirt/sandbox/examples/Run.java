package org.libvirt.sandbox.examples;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.console.RpcConsole;

/** A program in a sandbox, its streams joined to those of this process. */
final class Run {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final int CHUNK = 256 * 1024;

  private final RpcConsole console;
  private final PassedSignals signals;
  private final CompletableFuture<Void> written;
  private final @Nullable EscapeCharacter escape;

  /** Fails when the user has typed the escape character. */
  private final CompletableFuture<ExitStatus> escaped = new CompletableFuture<>();

  /**
   * Joins the streams.
   *
   * @param console the program's
   * @param escape what ends the run when it is read from standard input; null: nothing does
   */
  Run(RpcConsole console, @Nullable EscapeCharacter escape) {
    this.console = console;
    this.escape = escape;
    signals = PassedSignals.to(console::signal);
    written =
        console
            .attach(
                null,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err))
            .written();
    Thread input = new Thread(this::copyInput, "copy-stdin");
    input.setDaemon(true);
    input.start();
  }

  /**
   * Waits for the program's end and for all its output to be written. A signal to this process that
   * did not bring that about in time ends the wait, as what it would have done to the program.
   *
   * <p>The escape character ends it at once.
   *
   * @param limit how long all that may take; null: as long as it likes
   * @return how the program ended; empty if it was ended for having run too long
   * @throws SandboxException if the escape character was typed, or output could not be written
   */
  Optional<ExitStatus> await(@Nullable Duration limit) {
    CompletableFuture<ExitStatus> end =
        console
            .exited()
            .thenCombine(written, (exit, nothing) -> exit)
            .applyToEither(signals.ignored().thenApply(ExitStatus.Signaled::new), s -> s)
            .applyToEither(escaped, s -> s);
    if (limit == null || comesWithin(limit, end)) {
      return Optional.of(join(end));
    }
    endProgram();
    // a reader that has stalled is not waited for any longer
    if (comesWithin(GRACE, end)) {
      join(end);
    }
    return Optional.empty();
  }

  private void endProgram() {
    console.signal(SIGTERM);
    if (!comesWithin(GRACE, CompletableFuture.anyOf(console.exited(), signals.ignored()))) {
      console.signal(SIGKILL);
    }
  }

  private static ExitStatus join(CompletableFuture<ExitStatus> status) {
    try {
      return status.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SandboxException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Whether it is there, or has failed, by then. */
  private static boolean comesWithin(Duration limit, CompletableFuture<?> awaited) {
    try {
      awaited.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while waiting for the program", e);
    }
  }

  private void copyInput() {
    byte[] chunk = new byte[CHUNK];
    try (OutputStream to = console.stdin();
        FileInputStream from = new FileInputStream(FileDescriptor.in)) {
      for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
        int typed = escape == null ? n : escape.before(chunk, n);
        if (typed < n) {
          // first of all: a program that does not read would hold up the write
          escaped.completeExceptionally(
              new SandboxException("ended by the escape character, " + escape));
        }
        to.write(chunk, 0, typed);
        if (typed < n) {
          return;
        }
      }
    } catch (IOException e) {
      // a closed descriptor 0 is an end of file; a program that does not read is not an error
      LOG.log(Level.DEBUG, "input ended early: {0}", e.getMessage());
    }
  }
}

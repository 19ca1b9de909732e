package org.libvirt.sandbox.console;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.libvirt.sandbox.SandboxException;

/** How long a caller waits for a supervisor's answer. */
final class Patience {
  private Patience() {}

  /** It has ended: by its limit, or by an interrupt, whose status is kept. */
  static final class Overdue extends SandboxException {
    private static final long serialVersionUID = 1L;

    private Overdue(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Waits for a future that only a {@link SandboxException} can fail.
   *
   * @param otherwise what to say has not happened
   */
  static <T> T await(CompletableFuture<T> future, Duration limit, String otherwise) {
    try {
      return future.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new Overdue(otherwise + " within " + limit.toMillis() / 1000.0 + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Overdue(otherwise + " before the waiting thread was interrupted", e);
    } catch (ExecutionException e) {
      return join(future);
    }
  }

  /** The result of a future that is done. */
  static <T> T join(CompletableFuture<T> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SandboxException cause) {
        throw cause;
      }
      throw e;
    }
  }
}

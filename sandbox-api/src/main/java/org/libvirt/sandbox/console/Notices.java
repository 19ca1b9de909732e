package org.libvirt.sandbox.console;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Futures for callers, apart from those that this package completes: a caller may complete or
 * cancel its own, and what it hangs on it never runs in the thread that reads a carrier, which it
 * could stop.
 */
final class Notices {
  private Notices() {}

  static <T> CompletableFuture<T> copyOf(CompletableFuture<T> future) {
    return future.isDone()
        ? future.copy()
        : future.thenApplyAsync(Function.identity(), Notices::run);
  }

  private static void run(Runnable notice) {
    Thread thread = new Thread(notice, "sandbox-notice");
    thread.setDaemon(true);
    thread.start();
  }
}

package org.libvirt.sandbox.context;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a start does beside its own thread, in threads of its own: in the common pool it could wait
 * for what others do there, and one that waits for ever must not keep the JVM.
 */
final class Background {
  private Background() {}

  static <T> CompletableFuture<T> supply(Supplier<T> step) {
    return CompletableFuture.supplyAsync(step, Background::execute);
  }

  static void execute(Runnable step) {
    Thread thread = new Thread(step, "sandbox-start");
    thread.setDaemon(true);
    thread.start();
  }
}

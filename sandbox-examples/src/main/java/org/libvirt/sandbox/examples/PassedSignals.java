package org.libvirt.sandbox.examples;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * SIGHUP, SIGINT and SIGTERM, from the moment a program runs: they are the program's, and this
 * process ends when the program has. Before, they end this process as they end any JVM.
 *
 * <p>The JDK shows signals by sun.misc.Signal alone, of whose use javac warns, and that warning
 * cannot be silenced: hence the reflection.
 */
final class PassedSignals {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final List<String> NAMES = List.of("HUP", "INT", "TERM");

  /** How long a program may take to end at a signal. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final IntConsumer program;
  private final Executor patience;
  private final CompletableFuture<Integer> ignored = new CompletableFuture<>();

  PassedSignals(IntConsumer program, Executor patience) {
    this.program = program;
    this.patience = patience;
  }

  /**
   * Passes on what comes from now on. A signal that this process was started to ignore, as under
   * nohup(1), stays ignored: the JVM sees to that.
   *
   * @param program takes the numbers of the signals
   */
  static PassedSignals to(IntConsumer program) {
    var signals =
        new PassedSignals(
            program, CompletableFuture.delayedExecutor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
    signals.catchAll();
    return signals;
  }

  private void catchAll() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object passing =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                pass((int) signal.getMethod("getNumber").invoke(arguments[0]));
                return null;
              });
      for (String name : NAMES) {
        Object caught = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, caught, passing);
      }
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.WARNING, "this JVM passes no signals on: {0}", e.toString());
    }
  }

  void pass(int signal) {
    program.accept(signal);
    patience.execute(() -> ignored.complete(signal));
  }

  /**
   * The first signal that has not ended the run in time.
   *
   * @return never completed if none came, and never exceptionally
   */
  CompletableFuture<Integer> ignored() {
    return ignored;
  }
}

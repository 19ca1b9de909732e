package org.libvirt.sandbox.examples;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * Signals to this process, by their names without SIG.
 *
 * <p>The JDK shows signals by sun.misc.Signal alone, of whose use javac warns, and that warning
 * cannot be silenced: hence the reflection.
 */
final class CaughtSignals {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final String SIGNAL = "sun.misc.Signal";
  private static final String HANDLER = "sun.misc.SignalHandler";

  private CaughtSignals() {}

  /**
   * Hands a signal over from now on. One that this process was started to ignore, as SIGHUP under
   * nohup(1), stays ignored.
   *
   * @param name such as {@code TERM}
   * @param taker takes the signal's number, in a thread of its own
   */
  static void handOver(String name, IntConsumer taker) {
    try {
      Class<?> handler = Class.forName(HANDLER);
      Object passing =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                taker.accept(
                    (int) arguments[0].getClass().getMethod("getNumber").invoke(arguments[0]));
                return null;
              });
      Object before = handle(name, passing);
      Object ignoring = handler.getField("SIG_IGN").get(null);
      if (ignoring.equals(before)) {
        handle(name, ignoring);
      }
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.WARNING, "this JVM does not show SIG{0}: {1}", name, e.toString());
    }
  }

  /**
   * Lets a signal do again what it does to processes that know nothing of it.
   *
   * @param name such as {@code TSTP}
   */
  static void letGo(String name) {
    try {
      handle(name, Class.forName(HANDLER).getField("SIG_DFL").get(null));
    } catch (ReflectiveOperationException e) {
      LOG.log(Level.WARNING, "this JVM does not let go of SIG{0}: {1}", name, e.toString());
    }
  }

  private static Object handle(String name, Object handler) throws ReflectiveOperationException {
    return Class.forName(SIGNAL)
        .getMethod("handle", Class.forName(SIGNAL), Class.forName(HANDLER))
        .invoke(null, signal(name), handler);
  }

  private static Object signal(String name) throws ReflectiveOperationException {
    return Class.forName(SIGNAL).getConstructor(String.class).newInstance(name);
  }
}

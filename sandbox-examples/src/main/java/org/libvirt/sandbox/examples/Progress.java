package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the library logs: shown to the user as it happens, if the user wants to see it, and else
 * not, as standard error is the sandboxed program's. Whatever fails comes as an exception, too.
 *
 * <p>It is this JVM's logging system, in the place of java.util.logging, which takes a good part of
 * a start to get ready.
 */
public final class Progress extends System.LoggerFinder {
  private static volatile @Nullable PrintWriter shown;
  private static volatile Level shownFrom = Level.DEBUG;
  private static volatile @Nullable BooleanSupplier watched;
  private static volatile long start;
  private static volatile String lineEnd = "\n";

  /** Made by the JDK, once. */
  public Progress() {}

  /**
   * Has libraries that write to java.util.logging by themselves write to nobody: JNA would show the
   * stack of a failure that comes as an exception, too. By its name this class is the configuration
   * that it loads once it is used, and has no handlers.
   */
  static void replaceJavaLogging() {
    System.setProperty("java.util.logging.config.class", Progress.class.getName());
  }

  /** Shows the stages of a run, and what goes wrong, from now on. */
  static void showOn(PrintWriter err) {
    showOn(err, Level.DEBUG);
  }

  /**
   * Shows what is logged from now on.
   *
   * @param least what is below this level is not shown
   */
  static void showOn(PrintWriter err, Level least) {
    start = System.nanoTime();
    watched = null;
    shownFrom = least;
    shown = err;
  }

  /**
   * Shows, from now on, only what a user waits for who has not asked to see anything.
   *
   * @param isWatched whether there is a user; asked when there is something to show
   */
  static void showWaitsOn(PrintWriter err, BooleanSupplier isWatched) {
    showOn(err, Level.INFO);
    watched = isWatched;
  }

  /** What a line ends with: a terminal that is raw does not go back to the left by itself. */
  static void endLinesWith(String end) {
    lineEnd = end;
  }

  @Override
  public Logger getLogger(String name, Module module) {
    return new Lines(name);
  }

  private record Lines(String getName) implements Logger {
    @Override
    public boolean isLoggable(Level level) {
      return shown != null
          && getName.startsWith("org.libvirt.sandbox")
          && level.compareTo(shownFrom) >= 0
          && isWanted(level);
    }

    private static boolean isWanted(Level level) {
      BooleanSupplier asked = watched;
      return asked == null || (level == Level.INFO && asked.getAsBoolean());
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
      log(level, bundle, text, new Object[0]);
      if (thrown != null && isLoggable(level)) {
        stack(thrown).lines().forEach(line -> log(level, bundle, line, new Object[0]));
      }
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object... values) {
      PrintWriter err = shown;
      if (err == null || !isLoggable(level)) {
        return;
      }
      String text =
          values == null || values.length == 0 ? format : MessageFormat.format(format, values);
      err.printf("virt-sandbox: %s%s%s", time(), OneLine.of(text), lineEnd);
      err.flush();
    }

    private static String time() {
      return watched != null ? "" : "%.1f ms: ".formatted((System.nanoTime() - start) / 1e6);
    }

    private static String stack(Throwable thrown) {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack, true));
      return stack.toString();
    }
  }
}

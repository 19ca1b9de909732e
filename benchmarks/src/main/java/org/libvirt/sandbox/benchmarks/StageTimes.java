package org.libvirt.sandbox.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** When sandboxes came how far: their stages are log records. One sandbox at a time. */
final class StageTimes extends Handler {
  /** Held, as the JDK holds loggers weakly. */
  private final Logger logger = Logger.getLogger("org.libvirt.sandbox.stage");

  private final Map<String, Long> times = new LinkedHashMap<>();

  private StageTimes() {}

  /** Listens from now on. */
  static StageTimes listen() {
    StageTimes times = new StageTimes();
    times.logger.setUseParentHandlers(false);
    times.logger.setLevel(Level.FINE);
    times.logger.addHandler(times);
    return times;
  }

  @Override
  public synchronized void publish(LogRecord stage) {
    Object[] parameters = stage.getParameters();
    times.put(String.valueOf(parameters[parameters.length - 1]), System.nanoTime());
  }

  /**
   * When the last sandbox came to a stage.
   *
   * @param start what the time is counted from, as of {@link System#nanoTime}
   * @return milliseconds
   */
  synchronized double millis(String stage, long start) {
    Long time = times.get(stage);
    if (time == null) {
      throw new IllegalStateException("no sandbox has come to '" + stage + "': " + times);
    }
    return (time - start) / 1e6;
  }

  /**
   * When the last sandbox came to its stages.
   *
   * @param start what the times are counted from, as of {@link System#nanoTime}; what was before it
   *     is left out
   * @return milliseconds, in the order of the stages
   */
  synchronized Map<String, Double> all(long start) {
    Map<String, Double> all = new LinkedHashMap<>();
    times.entrySet().stream()
        .filter(stage -> stage.getValue() >= start)
        .sorted(Map.Entry.comparingByValue())
        .forEach(stage -> all.put(stage.getKey(), (stage.getValue() - start) / 1e6));
    return all;
  }

  /** Listens no more. */
  void end() {
    logger.removeHandler(this);
    logger.setLevel(Level.INFO);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}

package org.libvirt.sandbox.examples;

import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Does something at one stage of one sandbox, before the next one begins; until it is closed. */
final class StageHook extends Handler implements AutoCloseable {
  // a logger that nobody holds may be collected, and its handler with it
  private static final Logger STAGES = Logger.getLogger("org.libvirt.sandbox.stage");

  private final UUID sandbox;
  private final String stage;
  private final Runnable action;

  private StageHook(UUID sandbox, String stage, Runnable action) {
    this.sandbox = sandbox;
    this.stage = stage;
    this.action = action;
  }

  static StageHook at(UUID sandbox, String stage, Runnable action) {
    StageHook hook = new StageHook(sandbox, stage, action);
    STAGES.setLevel(Level.FINE);
    STAGES.setUseParentHandlers(false);
    STAGES.addHandler(hook);
    return hook;
  }

  @Override
  public void publish(LogRecord entry) {
    Object[] parameters = entry.getParameters();
    if (parameters[0].equals(sandbox) && parameters[1].equals(stage)) {
      action.run();
    }
  }

  @Override
  public void flush() {
    // nothing is kept
  }

  @Override
  public void close() {
    STAGES.removeHandler(this);
  }
}

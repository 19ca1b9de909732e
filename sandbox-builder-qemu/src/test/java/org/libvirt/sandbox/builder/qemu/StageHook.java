package org.libvirt.sandbox.builder.qemu;

import java.util.UUID;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Does something at one stage of one sandbox, before the next one begins; until it is closed. What
 * it throws is lost.
 */
final class StageHook extends Handler implements AutoCloseable {
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
    hook.setLevel(Level.ALL);
    STAGES.setLevel(Level.FINE);
    STAGES.addHandler(hook);
    return hook;
  }

  @Override
  public void publish(LogRecord entry) {
    Object[] parameters = entry.getParameters();
    if (parameters != null && sandbox.equals(parameters[0]) && stage.equals(parameters[1])) {
      action.run();
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    STAGES.removeHandler(this);
  }
}

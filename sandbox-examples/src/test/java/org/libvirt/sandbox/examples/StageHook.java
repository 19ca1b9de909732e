package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Arrays;
import java.util.UUID;

/**
 * Does something at one stage of one sandbox, before the next one begins; until it is closed. It
 * stands where a user reads the stages: this module has a logging system of its own.
 */
final class StageHook implements AutoCloseable {
  private StageHook() {}

  static StageHook at(UUID sandbox, String stage, Runnable action) {
    String awaited = "sandbox " + sandbox + ": " + stage;
    Progress.showOn(
        new PrintWriter(Writer.nullWriter()) {
          @Override
          public PrintWriter printf(String format, Object... values) {
            if (Arrays.asList(values).contains(awaited)) {
              action.run();
            }
            return this;
          }
        });
    return new StageHook();
  }

  @Override
  public void close() {
    Progress.showOn(new PrintWriter(Writer.nullWriter()));
  }
}

package org.libvirt.sandbox.context;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.UUID;

/**
 * How far a sandbox has come. Each step is logged on {@code org.libvirt.sandbox.stage} at debug
 * level, before the next one begins: whoever debugs, or tests what a crash leaves behind, can watch
 * or stop there.
 */
enum Stage {
  STATE_MADE,
  PLANNED,
  DOMAIN_CREATED,
  SUPERVISOR_CONNECTED,
  PROGRAM_STARTED,
  SHUTDOWN_SENT,
  DOMAIN_DESTROYED,
  CLOSED;

  private static final Logger LOG = System.getLogger("org.libvirt.sandbox.stage");

  void reachedBy(UUID sandbox) {
    if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(
          Level.DEBUG,
          "sandbox {0}: {1}",
          sandbox,
          name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
  }
}

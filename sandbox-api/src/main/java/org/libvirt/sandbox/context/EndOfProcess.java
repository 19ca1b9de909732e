package org.libvirt.sandbox.context;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.libvirt.sandbox.SandboxException;

/**
 * The sandboxes that this process has still to close. An orderly end of the process, SIGTERM and
 * Ctrl-C among them, does so; after any other, libvirt and the next start clean up.
 */
final class EndOfProcess {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final Set<Resources> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(EndOfProcess::closeAll, "sandbox-shutdown"));
  }

  private EndOfProcess() {}

  /**
   * Has the resources closed when this process ends.
   *
   * @throws IllegalStateException if it is ending already
   */
  static void closes(Resources resources) {
    OPEN.add(resources);
  }

  static void forgets(Resources resources) {
    OPEN.remove(resources);
  }

  private static void closeAll() {
    OPEN.parallelStream()
        .forEach(
            resources -> {
              try {
                resources.closeAtEndOfProcess();
              } catch (SandboxException e) {
                LOG.log(Level.WARNING, "at the end of the process: {0}", e.getMessage());
              }
            });
  }
}

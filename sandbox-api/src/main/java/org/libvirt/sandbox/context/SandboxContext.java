package org.libvirt.sandbox.context;

import java.util.UUID;
import org.libvirt.sandbox.SandboxException;

/** A running sandbox. It ends when it is closed, and when the process that started it dies. */
public sealed interface SandboxContext extends AutoCloseable permits InteractiveContext {

  /**
   * The sandbox's name, which is its domain's.
   *
   * @return the name in the config
   */
  String name();

  /**
   * The sandbox's UUID, which is its domain's.
   *
   * @return the UUID in the config, or one drawn at the start
   */
  UUID uuid();

  /**
   * Ends the sandbox with all that runs in it, and removes what it kept on this host. Returns when
   * that is done. Closing twice, or from several threads, is harmless.
   *
   * @throws SandboxException if something is left behind; it says what
   */
  @Override
  void close();
}

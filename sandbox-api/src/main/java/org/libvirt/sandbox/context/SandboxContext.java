package org.libvirt.sandbox.context;

import java.util.UUID;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.console.RawConsole;

/**
 * A running sandbox: one of this process's own, which ends when it is closed, or another's that
 * this one is attached to.
 */
public sealed interface SandboxContext extends AutoCloseable
    permits InteractiveContext, AttachedContext {

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
   * Opens what the sandbox's own machinery says: with {@code debug} in the config, how its
   * supervisor gets on. One has it at a time, in whichever process; it is left with this context.
   *
   * @return a console for its caller to close
   * @throws SandboxException if somebody has it already; it names the process
   * @throws LibvirtRefusedException if the sandbox has ended, or libvirt refuses
   * @throws HostLacksException if the console cannot be opened on this host
   */
  RawConsole logConsole();

  /**
   * Opens the shell beside the sandbox's program, which the config must ask for; it is started if
   * none runs. One has it at a time, in whichever process; it is left with this context.
   *
   * @return a console for its caller to close
   * @throws InvalidSandboxException if the sandbox has none
   * @throws SandboxException if somebody has it already; it names the process
   * @throws LibvirtRefusedException if the sandbox has ended, or libvirt refuses
   * @throws HostLacksException if the console cannot be opened on this host
   */
  RawConsole shellConsole();

  /**
   * Ends the sandbox with all that runs in it, whoever it belongs to.
   *
   * @throws SandboxException if that fails, or something is left behind; it says what
   */
  void stop();

  /**
   * Gives this context up. A sandbox of this process's own ends, with all that runs in it, and what
   * it kept on this host is removed; one that belongs to another process goes on. Returns when that
   * is done. Closing twice, or from several threads, is harmless.
   *
   * @throws SandboxException if something is left behind; it says what
   */
  @Override
  void close();
}

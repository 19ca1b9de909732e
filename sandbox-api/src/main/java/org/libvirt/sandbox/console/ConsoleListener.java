package org.libvirt.sandbox.console;

import java.util.Optional;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;

/** Hears how a console and what runs behind it end. */
public interface ConsoleListener {
  /**
   * What runs there has ended, or its end cannot be known any more.
   *
   * @param status how
   */
  default void exited(ExitStatus status) {}

  /**
   * The console has ended.
   *
   * @param cause what the sandbox was lost by; empty after an orderly end
   */
  default void closed(Optional<SandboxException> cause) {}
}

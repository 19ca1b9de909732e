package org.libvirt.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A sandbox could not be made, run or ended. The subclasses say who can act on it: {@link
 * InvalidSandboxException} the author of the config, {@link HostLacksException} who keeps the host,
 * {@link LibvirtRefusedException} whoever reads libvirt's words, {@link ProgramNotStartedException}
 * the author of the command, {@link SandboxLostException} nobody.
 *
 * <p>Messages are one line and fit to be shown to a user.
 */
public class SandboxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with a message of its own.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   */
  public SandboxException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   * @param cause what led to it
   */
  public SandboxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

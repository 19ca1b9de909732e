package org.libvirt.sandbox;

import org.jspecify.annotations.Nullable;

/** The host lacks a package, a setting or a right; the message names the one that gives it. */
public class HostLacksException extends SandboxException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with a message of its own.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   */
  public HostLacksException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   * @param cause what led to it
   */
  public HostLacksException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

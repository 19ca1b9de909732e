package org.libvirt.sandbox;

import org.jspecify.annotations.Nullable;

/** A sandbox that ran, or was being started, is gone without having told how its program ended. */
public class SandboxLostException extends SandboxException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with a message of its own.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   */
  public SandboxLostException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   * @param cause what led to it
   */
  public SandboxLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

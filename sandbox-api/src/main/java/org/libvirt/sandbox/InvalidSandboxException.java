package org.libvirt.sandbox;

import org.jspecify.annotations.Nullable;

/** The config asks for something that cannot be had on this host, whoever asks. */
public class InvalidSandboxException extends SandboxException {
  private static final long serialVersionUID = 1L;

  /**
   * An error with a message of its own.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   */
  public InvalidSandboxException(String message) {
    super(message);
  }

  /**
   * An error that another one led to.
   *
   * @param message one line: what was asked, what is wrong with it, what would be right
   * @param cause what led to it
   */
  public InvalidSandboxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package org.libvirt.sandbox;

import org.jspecify.annotations.Nullable;

/** Libvirt refused a call, or its daemon could not be reached. */
public class LibvirtRefusedException extends SandboxException {
  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * A refusal.
   *
   * @param message what was asked, and libvirt's own words
   * @param code libvirt's {@code virErrorNumber}; 0 where libvirt gave none
   * @param cause libvirt-java's exception
   */
  public LibvirtRefusedException(String message, int code, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /**
   * Libvirt's error number, as in its {@code virErrorNumber}.
   *
   * @return the number; 0 where libvirt gave none
   */
  public int code() {
    return code;
  }
}

package org.libvirt.sandbox.console;

import java.io.IOException;

/** The other side broke the protocol; the message says how. */
final class ProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  ProtocolException(String message) {
    super(message);
  }

  ProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}

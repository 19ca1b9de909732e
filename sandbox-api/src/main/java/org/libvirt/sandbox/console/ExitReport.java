package org.libvirt.sandbox.console;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;

/**
 * What an EXIT frame says.
 *
 * @param status how the program ended
 * @param usage what it used, null from a supervisor that does not tell
 */
record ExitReport(ExitStatus status, @Nullable ResourceUsage usage) {
  private static final int STATUS_ALONE = 4;
  private static final int WHOLE = 32;
  private static final int OUT_OF_MEMORY = 1;

  /** Reads an EXIT's payload. */
  static ExitReport of(ByteBuffer payload) throws ProtocolException {
    int length = payload.remaining();
    if (length != STATUS_ALONE && length < WHOLE) {
      throw new ProtocolException("an EXIT of " + length + " bytes");
    }
    ExitStatus status = status(payload.getInt());
    return new ExitReport(status, length == STATUS_ALONE ? null : usage(payload));
  }

  private static ExitStatus status(int waitStatus) throws ProtocolException {
    try {
      return ExitStatus.ofWaitStatus(waitStatus);
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("an EXIT of wait status 0x%x".formatted(waitStatus), e);
    }
  }

  private static ResourceUsage usage(ByteBuffer payload) {
    int flags = payload.getInt();
    return new ResourceUsage(
        Duration.of(bounded(payload.getLong(), Long.MAX_VALUE), ChronoUnit.MICROS),
        Duration.of(bounded(payload.getLong(), Long.MAX_VALUE), ChronoUnit.MICROS),
        bounded(payload.getLong(), Long.MAX_VALUE / 1024) * 1024,
        (flags & OUT_OF_MEMORY) != 0);
  }

  private static long bounded(long unsigned, long largest) {
    return unsigned < 0 ? largest : Math.min(unsigned, largest);
  }
}

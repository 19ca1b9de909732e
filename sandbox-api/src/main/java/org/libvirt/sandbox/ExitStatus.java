package org.libvirt.sandbox;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** How a program in a sandbox ended. */
public sealed interface ExitStatus {

  /**
   * Whether the program ended by itself with code 0.
   *
   * @return true for {@code Exited(0)} only
   */
  default boolean isSuccess() {
    return this instanceof Exited exited && exited.code() == 0;
  }

  /**
   * Reads a wait status of Linux, as {@code wait4(2)} gives it.
   *
   * @param waitStatus the raw status, not shifted
   * @return {@link Exited} or {@link Signaled}
   * @throws IllegalArgumentException if it is not the status of an ended process
   */
  static ExitStatus ofWaitStatus(int waitStatus) {
    int signal = waitStatus & 0x7f;
    if (signal == 0) {
      return new Exited(waitStatus >> 8 & 0xff);
    }
    if (signal == 0x7f) {
      throw new IllegalArgumentException(
          "wait status 0x%x is not that of an ended process".formatted(waitStatus));
    }
    return new Signaled(signal);
  }

  /**
   * The program ended by itself.
   *
   * @param code its exit code, 0 to 255
   */
  record Exited(int code) implements ExitStatus {
    /** Checks the code. */
    public Exited {
      if (code < 0 || code > 255) {
        throw new IllegalArgumentException("exit code " + code + " is not between 0 and 255");
      }
    }
  }

  /**
   * A signal ended the program.
   *
   * @param signal the signal's number on Linux, 1 to 64
   * @param limit the limit of the sandbox that it came from; empty for any other signal. What a
   *     process of the sandbox does to another cannot be told from a limit where it looks the same:
   *     out of memory says that the program was killed, and that memory had run out
   */
  record Signaled(int signal, Optional<SandboxLimit> limit) implements ExitStatus {
    /** Checks the signal's number. */
    public Signaled {
      if (signal < 1 || signal > 64) {
        throw new IllegalArgumentException("signal " + signal + " is not between 1 and 64");
      }
      requireNonNull(limit, "limit");
    }

    /**
     * A signal that no limit has sent.
     *
     * @param signal the signal's number on Linux, 1 to 64
     */
    public Signaled(int signal) {
      this(signal, Optional.empty());
    }

    /**
     * This signal, sent because of a limit.
     *
     * @param limit the limit
     * @return another status
     */
    public Signaled by(SandboxLimit limit) {
      return new Signaled(signal, Optional.of(limit));
    }

    @Override
    public String toString() {
      return limit
          .map(reached -> "Signaled[signal=%d, limit=%s]".formatted(signal, reached))
          .orElseGet(() -> "Signaled[signal=%d]".formatted(signal));
    }
  }

  /**
   * Nobody knows how the program ended: its sandbox was lost before it could tell.
   *
   * @param cause what happened to the sandbox
   */
  record Lost(SandboxException cause) implements ExitStatus {
    /** Checks that there is a cause. */
    public Lost {
      requireNonNull(cause, "cause");
    }
  }
}

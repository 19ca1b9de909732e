package org.libvirt.sandbox;

import java.util.Optional;
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

  private @Nullable String domainLog;
  private @Nullable String guestLog;

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

  /**
   * What libvirt wrote about the domain whose start failed: the last lines of its log, at most 2
   * KiB. The log itself may be gone with its daemon.
   *
   * @return empty where no domain was asked for, its log cannot be read here, or says nothing
   */
  public Optional<String> domainLog() {
    return Optional.ofNullable(domainLog);
  }

  /**
   * What the kernel and the init of a machine said before its start failed, or it was lost: the
   * last lines, at most 2 KiB.
   *
   * @return empty where there was no machine, or it said nothing
   */
  public Optional<String> guestLog() {
    return Optional.ofNullable(guestLog);
  }

  void attach(String log) {
    domainLog = log;
  }

  void attachGuest(String log) {
    guestLog = log;
  }
}

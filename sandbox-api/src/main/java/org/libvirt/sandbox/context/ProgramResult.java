package org.libvirt.sandbox.context;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.Set;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.console.ResourceUsage;

/** How a program that was run in a sandbox ended, and what it wrote. */
public final class ProgramResult {
  private final ExitStatus status;
  private final boolean inTime;
  private final BoundedOutput.Beginning stdout;
  private final BoundedOutput.Beginning stderr;
  private final Optional<ResourceUsage> usage;
  private final Set<SandboxLimit> limitsReached;

  ProgramResult(
      ExitStatus status,
      boolean inTime,
      BoundedOutput.Beginning stdout,
      BoundedOutput.Beginning stderr,
      Optional<ResourceUsage> usage,
      Set<SandboxLimit> limitsReached) {
    this.status = status;
    this.inTime = inTime;
    this.stdout = stdout;
    this.stderr = stderr;
    this.usage = usage;
    this.limitsReached = limitsReached;
  }

  /**
   * Whether the program ended by itself, with code 0, within its time, and all that it wrote is
   * here.
   *
   * @return true if so
   */
  public boolean isSuccess() {
    return status.isSuccess() && inTime && !isTruncated();
  }

  /**
   * How the program ended.
   *
   * @return {@link ExitStatus.Exited} or {@link ExitStatus.Signaled}; the latter with SIGKILL, as a
   *     rule, for one that ran out of time
   */
  public ExitStatus status() {
    return status;
  }

  /**
   * Whether the program was killed because its time was over.
   *
   * @return true if so
   */
  public boolean isTimedOut() {
    return !inTime;
  }

  /**
   * Whether the program wrote more than is here: more than was to be kept, or what was lost with
   * its sandbox, as it may be when its time was over.
   *
   * @return true if so, to whichever output
   */
  public boolean isTruncated() {
    return !stdout.whole() || !stderr.whole();
  }

  /**
   * What the program wrote to its output.
   *
   * @return bytes, the caller's own
   */
  public byte[] stdout() {
    return stdout.bytes().toByteArray();
  }

  /**
   * What the program wrote to its error output.
   *
   * @return bytes, the caller's own
   */
  public byte[] stderr() {
    return stderr.bytes().toByteArray();
  }

  /**
   * What the program wrote to its output, as text.
   *
   * @return text in UTF-8; what is not UTF-8 is shown as U+FFFD
   */
  public String stdoutText() {
    return stdout.bytes().toString(UTF_8);
  }

  /**
   * What the program wrote to its error output, as text.
   *
   * @return text in UTF-8; what is not UTF-8 is shown as U+FFFD
   */
  public String stderrText() {
    return stderr.bytes().toString(UTF_8);
  }

  /**
   * What the program used.
   *
   * @return empty if its supervisor does not tell
   */
  public Optional<ResourceUsage> usage() {
    return usage;
  }

  /**
   * The limits of its {@linkplain org.libvirt.sandbox.config.Resources resources} that the sandbox
   * has run into, whether or not they ended the program.
   *
   * @return a set that does not change
   */
  public Set<SandboxLimit> limitsReached() {
    return limitsReached;
  }

  @Override
  public String toString() {
    return "ProgramResult[%s%s, stdout=%d bytes, stderr=%d bytes%s]"
        .formatted(
            status,
            inTime ? "" : ", out of time",
            stdout.bytes().size(),
            stderr.bytes().size(),
            isTruncated() ? ", truncated" : "");
  }
}

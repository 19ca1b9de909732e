package org.libvirt.sandbox.config;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How closely a sandbox's programs are kept, beyond what every sandbox is.
 *
 * <p>{@link #standard()} is the start; the other methods give new values:
 *
 * <pre>{@code
 * Hardening.standard().withSystemCalls(SystemCallFilter.standard().refusing("ptrace"))
 * }</pre>
 */
public final class Hardening {
  private static final Hardening STANDARD = new Hardening(SystemCallFilter.standard(), true);

  private final SystemCallFilter systemCalls;
  private final boolean hidesSecrets;

  private Hardening(SystemCallFilter systemCalls, boolean hidesSecrets) {
    this.systemCalls = requireNonNull(systemCalls, "systemCalls");
    this.hidesSecrets = hidesSecrets;
  }

  /**
   * What a sandbox has of which nothing is said: {@link SystemCallFilter#standard()}, and no
   * secrets of the host.
   *
   * @return the default
   */
  public static Hardening standard() {
    return STANDARD;
  }

  /**
   * The same with another filter of system calls.
   *
   * @param filter which calls programs can make
   * @return another value
   */
  public Hardening withSystemCalls(SystemCallFilter filter) {
    return new Hardening(filter, hidesSecrets);
  }

  /**
   * The same with the host's secrets to be seen in a root that is the host's: the files that only
   * root may read, such as {@code /etc/shadow}, and root's home. A program still reads only what
   * its user may.
   *
   * @return another value
   */
  public Hardening showingSecrets() {
    return new Hardening(systemCalls, false);
  }

  /**
   * The same with these secrets hidden. What a config mounts, the directory that its program starts
   * in, and the program itself are never hidden.
   *
   * @return another value
   */
  public Hardening hidingSecrets() {
    return new Hardening(systemCalls, true);
  }

  /**
   * Which system calls programs can make.
   *
   * @return the filter
   */
  public SystemCallFilter systemCalls() {
    return systemCalls;
  }

  /**
   * Whether a sandbox whose root is the host's is without the files that only root may read.
   *
   * @return true where they are hidden
   */
  public boolean hidesSecrets() {
    return hidesSecrets;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Hardening that
        && systemCalls.equals(that.systemCalls)
        && hidesSecrets == that.hidesSecrets;
  }

  @Override
  public int hashCode() {
    return Objects.hash(systemCalls, hidesSecrets);
  }

  @Override
  public String toString() {
    return "Hardening[systemCalls=%s, hidesSecrets=%s]".formatted(systemCalls, hidesSecrets);
  }
}

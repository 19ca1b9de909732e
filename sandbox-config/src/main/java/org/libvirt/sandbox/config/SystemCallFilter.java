package org.libvirt.sandbox.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which system calls of its kernel a sandbox's programs can make. {@link #standard()} takes away
 * what programs do not need and sandboxes were left by; {@link #unconfined()} leaves all but a few
 * that no sandbox has, whatever its config says.
 *
 * <pre>{@code
 * SystemCallFilter.standard().allowing("unshare").refusing("ptrace")
 * SystemCallFilter.parse("default,+unshare,-ptrace")
 * }</pre>
 *
 * <p>A call that the filter looks at more closely, such as {@code clone}, which is refused with
 * some flags only, is allowed or refused as a whole. Whether there is a call of a name depends on
 * the architecture, and is checked when a sandbox starts.
 */
public final class SystemCallFilter {
  private static final String DEFAULT = "default";
  private static final String UNCONFINED = "unconfined";
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,63}");

  /**
   * Without execve no program starts, without mmap a C library ends it before it can say why, and
   * without write neither it nor the sandbox can say anything.
   */
  private static final Set<String> INDISPENSABLE = Set.of("execve", "mmap", "write");

  private static final SystemCallFilter STANDARD = new SystemCallFilter(true, Set.of(), Set.of());
  private static final SystemCallFilter NONE = new SystemCallFilter(false, Set.of(), Set.of());

  private final boolean confined;
  private final Set<String> allowed;
  private final Set<String> refused;

  private SystemCallFilter(boolean confined, Set<String> allowed, Set<String> refused) {
    this.confined = confined;
    this.allowed = Collections.unmodifiableSet(new TreeSet<>(allowed));
    this.refused = Collections.unmodifiableSet(new TreeSet<>(refused));
  }

  /**
   * The filter that programs have of which nothing is said; {@code docs/security.md} tells what it
   * refuses.
   *
   * @return a filter
   */
  public static SystemCallFilter standard() {
    return STANDARD;
  }

  /**
   * No filter, but for what is refused to every program.
   *
   * @return a filter
   */
  public static SystemCallFilter unconfined() {
    return NONE;
  }

  /**
   * Reads a filter from text: {@code default} or {@code unconfined}, {@code +NAME} for a call that
   * is allowed, {@code -NAME} for one that is refused, separated by commas. Without one of the
   * first two it starts from {@code default}.
   *
   * @param text such as {@code default,+unshare,-ptrace}
   * @return a filter
   * @throws IllegalArgumentException if a part is none of these; the message names it
   */
  public static SystemCallFilter parse(String text) {
    SystemCallFilter filter = STANDARD;
    boolean first = true;
    for (String part : text.split(",", -1)) {
      filter = first ? filter.startedBy(part) : filter.with(part);
      first = false;
    }
    return filter;
  }

  private SystemCallFilter startedBy(String part) {
    return switch (part) {
      case DEFAULT -> STANDARD;
      case UNCONFINED -> NONE;
      default -> with(part);
    };
  }

  private SystemCallFilter with(String part) {
    if (part.startsWith("+")) {
      return allowing(part.substring(1));
    }
    if (part.startsWith("-")) {
      return refusing(part.substring(1));
    }
    throw new IllegalArgumentException(
        "'%s' in a filter of system calls is unknown; write default or unconfined first, +NAME to"
                .formatted(Text.printable(part))
            + " allow a call, -NAME to refuse one");
  }

  /**
   * This filter, with a call that it does not refuse.
   *
   * @param name the kernel's name of the call, such as {@code unshare}
   * @return another filter
   * @throws IllegalArgumentException if it is no such name, the call is refused by name, or this
   *     filter allows it anyway as it is unconfined
   */
  public SystemCallFilter allowing(String name) {
    if (!confined) {
      throw new IllegalArgumentException(
          "system call '%s' is allowed anyway by an unconfined filter; leave it out"
              .formatted(checked(name)));
    }
    Set<String> more = new TreeSet<>(allowed);
    more.add(checked(name));
    return consistent(more, refused);
  }

  /**
   * This filter, with a call that it refuses, with the error EPERM.
   *
   * @param name the kernel's name of the call, such as {@code ptrace}
   * @return another filter
   * @throws IllegalArgumentException if it is no such name, the call is allowed by name, or it is
   *     one of those without which no program would start and say so: execve, mmap and write
   */
  public SystemCallFilter refusing(String name) {
    Set<String> more = new TreeSet<>(refused);
    more.add(checked(name));
    if (INDISPENSABLE.contains(name)) {
      throw new IllegalArgumentException(
          "system call '%s' cannot be refused, as no program starts or tells anything without it; leave '-%s' out"
              .formatted(name, name));
    }
    return consistent(allowed, more);
  }

  private SystemCallFilter consistent(Set<String> allowing, Set<String> refusing) {
    for (String name : allowing) {
      if (refusing.contains(name)) {
        throw new IllegalArgumentException(
            "system call '%s' is both allowed and refused; leave out one".formatted(name));
      }
    }
    return new SystemCallFilter(confined, allowing, refusing);
  }

  private static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a system call; write one like 'ptrace'"
              .formatted(Text.printable(name)));
    }
    return name;
  }

  /**
   * Whether what is neither allowed nor refused by name is left to the filter's list.
   *
   * @return false for an unconfined filter
   */
  public boolean isConfined() {
    return confined;
  }

  /**
   * The calls that are allowed by name.
   *
   * @return an unmodifiable set, sorted
   */
  public Set<String> allowed() {
    return allowed;
  }

  /**
   * The calls that are refused by name.
   *
   * @return an unmodifiable set, sorted
   */
  public Set<String> refused() {
    return refused;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SystemCallFilter that
        && confined == that.confined
        && allowed.equals(that.allowed)
        && refused.equals(that.refused);
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>(List.of(confined ? DEFAULT : UNCONFINED));
    allowed.forEach(name -> parts.add("+" + name));
    refused.forEach(name -> parts.add("-" + name));
    return String.join(",", parts);
  }
}

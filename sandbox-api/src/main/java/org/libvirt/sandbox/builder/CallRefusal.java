package org.libvirt.sandbox.builder;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.SystemCallFilter;

/**
 * A system call that a filter refuses.
 *
 * @param call the kernel's name of it
 * @param condition when it is refused
 * @param error with what errno
 * @param programs to whom
 * @param reason why
 */
record CallRefusal(
    String call, CallCondition condition, Errno error, Programs programs, String reason) {
  private static final List<CallRefusal> STANDARD =
      DataLines.of("refused-calls.txt").stream().map(CallRefusal::parse).toList();

  /** What programs are told, by the kernel's numbers, which are the same on all architectures. */
  enum Errno {
    EPERM(1),
    ENOSYS(38),
    EAFNOSUPPORT(97);

    final int number;

    Errno(int number) {
      this.number = number;
    }
  }

  /** The programs that a line is about. */
  enum Programs {
    ALL,
    UNPRIVILEGED,
    PRIVILEGED,
    /** All, by the guest's own filter: no config changes that. */
    EVERY
  }

  private static CallRefusal parse(String line) {
    String[] fields = line.split("\\|", 5);
    return new CallRefusal(
        fields[0].strip(),
        CallCondition.parse(fields[1].strip()),
        Errno.valueOf(fields[2].strip()),
        Programs.valueOf(fields[3].strip().toUpperCase(Locale.ROOT)),
        fields[4].strip());
  }

  /** The standard filter's list, that of the guest's own included. */
  static List<CallRefusal> standard() {
    return STANDARD;
  }

  /**
   * What a filter refuses.
   *
   * @param filter the config's choice
   * @param privileged whether the program has privileges
   * @throws InvalidSandboxException if it names a call that there is not, or allows one that no
   *     program has
   */
  static List<CallRefusal> of(SystemCallFilter filter, boolean privileged) {
    check(filter);
    List<CallRefusal> refusals = new ArrayList<>();
    for (String name : filter.refused()) {
      refusals.add(
          new CallRefusal(name, CallCondition.ALWAYS, Errno.EPERM, Programs.ALL, "by the config"));
    }
    if (filter.isConfined()) {
      Programs others = privileged ? Programs.UNPRIVILEGED : Programs.PRIVILEGED;
      Predicate<CallRefusal> counts =
          refusal -> refusal.programs != others && !filter.allowed().contains(refusal.call);
      STANDARD.stream().filter(counts).forEach(refusals::add);
    }
    return List.copyOf(refusals);
  }

  private static void check(SystemCallFilter filter) {
    Set<String> named = new HashSet<>(filter.allowed());
    named.addAll(filter.refused());
    for (String name : named) {
      if (!CallTable.isKnown(name)) {
        throw new InvalidSandboxException(
            "system call '%s' is unknown; write the kernel's name of one, such as 'ptrace'"
                .formatted(name));
      }
    }
    for (CallRefusal refusal : STANDARD) {
      if (refusal.programs == Programs.EVERY
          && refusal.condition.isAlways()
          && filter.allowed().contains(refusal.call)) {
        throw new InvalidSandboxException(
            "system call '%s' is refused in every sandbox: %s; leave '+%s' out"
                .formatted(refusal.call, refusal.reason, refusal.call));
      }
    }
  }
}

package org.libvirt.sandbox.builder;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.libvirt.sandbox.HostLacksException;

/** The numbers of the system calls of an architecture, as its programs make them. */
enum CallTable {
  X86_64(0xc000003e, 1),
  I386(0x40000003, 2),
  AARCH64(0xc00000b7, 3);

  private static final Set<String> NAMES =
      Arrays.stream(values())
          .flatMap(table -> table.numbers.keySet().stream())
          .collect(Collectors.toUnmodifiableSet());

  private final int audit;
  private final ImmutableMap<String, Integer> numbers;

  CallTable(int audit, int column) {
    this.audit = audit;
    this.numbers = read(column);
  }

  private static ImmutableMap<String, Integer> read(int column) {
    ImmutableMap.Builder<String, Integer> numbers = ImmutableMap.builder();
    for (List<String> fields : Rows.OF_ALL) {
      if (!fields.get(column).equals("-")) {
        numbers.put(fields.get(0), Integer.valueOf(fields.get(column)));
      }
    }
    return numbers.buildOrThrow();
  }

  /** The data's lines by their columns; an enum's own constants are there too late for it. */
  private static final class Rows {
    static final List<List<String>> OF_ALL =
        DataLines.of("system-calls.txt").stream().map(Splitter.on(' ')::splitToList).toList();
  }

  /**
   * What the programs of a machine can be made for, the machine's own architecture first. An arm64
   * processor runs 32-bit programs, too; their calls are not known here, so they are none.
   *
   * @param architecture the machine's, as the JVM names it
   * @throws HostLacksException if nothing is known of it
   */
  static List<CallTable> ofMachine(String architecture) {
    return switch (architecture.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> List.of(X86_64, I386);
      case "aarch64" -> List.of(AARCH64);
      default ->
          throw new HostLacksException(
              ("there is no filter of system calls for the architecture %s; write"
                      + " syscalls=unconfined to do without")
                  .formatted(architecture));
    };
  }

  /** Whether there is a call of this name on any architecture. */
  static boolean isKnown(String name) {
    return NAMES.contains(name);
  }

  /** What the kernel tells a filter of the program's architecture, AUDIT_ARCH of linux/audit.h. */
  int audit() {
    return audit;
  }

  /** A call's number; empty where this architecture has none of that name. */
  OptionalInt number(String name) {
    Integer number = numbers.get(name);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** The greatest number that has a name. */
  int highest() {
    return numbers.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}

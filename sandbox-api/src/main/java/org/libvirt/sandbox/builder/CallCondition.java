package org.libvirt.sandbox.builder;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a system call is refused: always, or for some values of an argument. Of an argument its low
 * 32 bits count, as for the kernel where it takes an int: else bits that the kernel passes over
 * would lead past the filter.
 *
 * @param argument which one, the first is 0
 * @param bits at least one of these must be there; 0 for any value
 * @param among the values that are refused; empty for any
 * @param but the values that are not
 */
record CallCondition(int argument, int bits, List<Integer> among, List<Integer> but) {
  /** The condition of calls that are refused in any case. */
  static final CallCondition ALWAYS = new CallCondition(0, 0, List.of(), List.of());

  private static final Pattern FORM =
      Pattern.compile(
          "arg(?<argument>[0-5])(?: & (?<bits>0x[0-9a-f]+))?"
              + "(?: = (?<among>[0-9a-fx ]+))?(?: != (?<but>[0-9a-fx ]+))?");

  /** Copies the lists. */
  CallCondition {
    among = List.copyOf(among);
    but = List.copyOf(but);
  }

  /** Reads a condition as it stands in the data. */
  static CallCondition parse(String text) {
    if (text.equals("always")) {
      return ALWAYS;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("condition '" + text + "' of a refused call");
    }
    return new CallCondition(
        Integer.parseInt(form.group("argument")),
        form.group("bits") == null ? 0 : number(form.group("bits")),
        numbers(form.group("among")),
        numbers(form.group("but")));
  }

  private static List<Integer> numbers(@Nullable String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.strip().split(" ")).map(CallCondition::number).toList();
  }

  private static int number(String text) {
    return Long.decode(text).intValue();
  }

  boolean isAlways() {
    return equals(ALWAYS);
  }
}

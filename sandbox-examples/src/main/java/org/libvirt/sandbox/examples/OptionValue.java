package org.libvirt.sandbox.examples;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is done with the value of an option, so that a refusal of it names the option. */
final class OptionValue {
  private OptionValue() {}

  /** Uses a value, if one is given. */
  static <T> void one(String option, @Nullable T value, Consumer<T> use) {
    if (value != null) {
      each(option, List.of(value), use);
    }
  }

  /** Uses all values. */
  static <T> void each(String option, List<T> values, Consumer<T> use) {
    for (T value : values) {
      of(
          option,
          () -> {
            use.accept(value);
            return value;
          });
    }
  }

  /** Makes something of a value. */
  static <T> T of(String option, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("option '%s': %s".formatted(option, e.getMessage()), e);
    }
  }
}

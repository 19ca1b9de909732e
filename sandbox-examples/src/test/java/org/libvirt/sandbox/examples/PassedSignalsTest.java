package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PassedSignalsTest {
  private final List<Integer> program = new ArrayList<>();
  private final List<Runnable> patience = new ArrayList<>();
  private final PassedSignals signals = new PassedSignals(program::add, patience::add);

  @Test
  void every_signal_reaches_the_program_BUG_53() {
    signals.pass(2);
    signals.pass(2);
    signals.pass(15);

    assertThat(program).containsExactly(2, 2, 15);
  }

  @Test
  void a_signal_is_not_ignored_before_its_time_is_up_BUG_53() {
    signals.pass(15);

    assertThat(signals.ignored()).isNotDone();
  }

  @Test
  void the_first_signal_without_effect_counts_BUG_53() {
    signals.pass(15);
    signals.pass(2);

    patience.forEach(Runnable::run);

    assertThat(signals.ignored()).isCompletedWithValue(15);
  }
}

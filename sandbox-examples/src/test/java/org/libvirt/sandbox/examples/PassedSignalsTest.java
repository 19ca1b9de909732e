package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PassedSignalsTest {
  private final List<Integer> program = new ArrayList<>();
  private final List<Runnable> patience = new ArrayList<>();
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE);
  private final PassedSignals signals = new PassedSignals(program::add, patience::add, now::get);

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

  @Test
  void a_second_interrupt_within_a_second_ends_the_run_BUG_53() {
    signals.pass(2);
    now.addAndGet(TimeUnit.SECONDS.toNanos(1)); // past the clock's largest value
    assertThat(signals.ignored()).isNotDone();

    signals.pass(2);

    assertThat(signals.ignored()).isCompletedWithValue(2);
  }

  @Test
  void a_second_interrupt_ends_the_run_before_the_program_hears_of_it() {
    var order = new ArrayList<String>();
    var blocked = new PassedSignals(signal -> order.add("program"), patience::add, now::get);
    blocked.ignored().thenRun(() -> order.add("end"));

    blocked.pass(2);
    blocked.pass(2);

    assertThat(order).containsExactly("program", "end", "program");
  }

  @Test
  void interrupts_more_than_a_second_apart_are_the_programs_BUG_53() {
    for (int i = 0; i < 3; i++) {
      signals.pass(2);
      now.addAndGet(TimeUnit.SECONDS.toNanos(1) + 1);
    }

    assertThat(program).containsExactly(2, 2, 2);
    assertThat(signals.ignored()).isNotDone();
  }

  @Test
  void other_signals_may_follow_an_interrupt_at_once() {
    signals.pass(2);
    signals.pass(15);
    signals.pass(15);

    assertThat(signals.ignored()).isNotDone();
  }
}

package org.libvirt.sandbox.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostProcessorsTest {
  @ParameterizedTest
  @CsvSource({"0, 1", "0-1, 2", "'0-3,8', 5", "'0,2,4-7', 6"})
  void single_processors_and_ranges_count(String list, int count) {
    assertThat(HostProcessors.countIn(list + "\n")).isEqualTo(count);
  }

  @Test
  void what_is_no_list_has_no_count() {
    assertThatThrownBy(() -> HostProcessors.countIn("\n"))
        .isInstanceOf(NumberFormatException.class);
  }

  @Test
  void a_host_has_at_least_the_processors_of_this_process() {
    assertThat(HostProcessors.count())
        .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
  }
}

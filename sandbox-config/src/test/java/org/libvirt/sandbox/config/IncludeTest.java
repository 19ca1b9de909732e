package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncludeTest {
  @ParameterizedTest
  @ValueSource(strings = {"..", "../x", "/..", "/x/../y", "x/.."})
  void a_destination_stays_in_its_mount(String destination) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Include(destination, "/h"))
        .withMessage("include destination '%s' holds '..'; write the path without it", destination);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "x", "/x//y", "...", "a..b"})
  void a_destination_is_kept_as_it_is_written(String destination) {
    assertThat(new Include(destination, "").destination()).isEqualTo(destination);
  }

  @Test
  void paths_hold_no_control_characters_BUG_58() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Include("a\n", "/h"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Include("a", "/h\t"));
  }

  @Test
  void of_several_for_a_destination_the_later_counts_where_the_first_stood() {
    Include one = new Include("x", "/1");
    Include two = new Include("y", "/2");
    Include three = new Include("x", "/3");

    assertThat(new RamMount("/a", 1, List.of(one, two, three)).includes())
        .containsExactly(three, two);
  }
}

package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SystemCallFilterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"default", "unconfined", "default,+bpf,-chroot,-ptrace", "unconfined,-ptrace"})
  void a_filter_is_written_as_it_is_read(String text) {
    assertThat(SystemCallFilter.parse(text)).hasToString(text);
  }

  @Test
  void names_alone_go_on_from_the_default() {
    assertThat(SystemCallFilter.parse("-ptrace,+bpf"))
        .isEqualTo(SystemCallFilter.standard().allowing("bpf").refusing("ptrace"))
        .hasSameHashCodeAs(SystemCallFilter.parse("default,+bpf,-ptrace"));
  }

  @Test
  void a_value_is_not_changed_by_what_is_made_of_it() {
    SystemCallFilter filter = SystemCallFilter.unconfined();

    SystemCallFilter other = filter.refusing("ptrace");

    assertThat(filter.refused()).isEmpty();
    assertThat(other.refused()).containsExactly("ptrace");
    assertThat(other.isConfined()).isFalse();
    assertThat(other).isNotEqualTo(filter);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"|''",
        "confined|'confined'",
        "ptrace|'ptrace'",
        "default,unconfined|'unconfined'",
        "+a,default|'default'",
        "default,|''",
        "+|no name of a system call",
        "+Ptrace|'Ptrace' is no name",
        "-a b|'a b' is no name",
        "+a,-a|'a' is both allowed and refused",
        "-a,+a|'a' is both allowed and refused",
        "unconfined,+a|'a' is allowed anyway",
        "default,-execve|'execve' cannot be refused",
        "unconfined,-ptrace,-mmap|'mmap' cannot be refused",
        "-write|leave '-write' out",
      })
  void what_is_no_filter_is_refused_with_the_part_that_is_wrong(String text, String words) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SystemCallFilter.parse(text))
        .withMessageContaining(words);
  }

  @Test
  void sets_of_names_cannot_be_changed() {
    var allowed = SystemCallFilter.parse("+a").allowed();

    assertThatThrownBy(() -> allowed.add("b")).isInstanceOf(UnsupportedOperationException.class);
  }
}

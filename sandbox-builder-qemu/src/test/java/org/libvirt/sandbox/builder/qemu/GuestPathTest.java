package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.InvalidSandboxException;

final class GuestPathTest {
  @ParameterizedTest
  @ValueSource(strings = {"/", "//", "/./"})
  void the_root_has_many_names(String path) {
    assertThat(GuestPath.of(path).isRoot()).isTrue();
    assertThat(GuestPath.of(path)).hasToString("/");
  }

  @ParameterizedTest
  @CsvSource({
    "/srv, /srv, true",
    "/srv, //srv/./a, true",
    "/, /srv, true",
    "/srv/a, /srv, false",
    "/srv, /srva, false"
  })
  void a_path_holds_itself_and_what_is_below_it(String path, String other, boolean holds) {
    assertThat(GuestPath.of(path).holds(other)).isEqualTo(holds);
  }

  @Test
  void what_is_below_a_path_starts_there() {
    assertThat(GuestPath.of("/srv/").below("/srv//a/b")).hasToString("/a/b");
  }

  @Test
  void a_path_that_goes_up_is_refused() {
    assertThatThrownBy(() -> GuestPath.of("/srv/../etc"))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("'/srv/../etc' goes up");
  }
}

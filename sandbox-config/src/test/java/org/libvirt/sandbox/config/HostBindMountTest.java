package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HostBindMountTest {
  @Test
  void a_bind_can_be_written_to_unless_told_otherwise() {
    assertThat(HostBindMount.of("/a", "/b").readOnly()).isFalse();
    assertThat(HostBindMount.of("/a", "/b").asReadOnly().readOnly()).isTrue();
  }

  @Test
  void read_only_is_at_the_end_of_an_option_string() {
    HostBindMount mount = HostBindMount.of("/data", "/srv").asReadOnly();

    assertThat(Mount.parse("host-bind:/data=/srv,ro")).isEqualTo(mount);
    assertThat(mount.toOption()).isEqualTo("host-bind:/data=/srv,ro");
  }

  @Test
  void a_source_that_ends_as_if_read_only_can_still_be_said() {
    HostBindMount mount = HostBindMount.of("/a", "/b,ro");

    assertThat(mount.toOption()).isEqualTo("host-bind:/a=/b,ro,rw");
    assertThat(Mount.parse("host-bind:/a=/b,ro,rw")).isEqualTo(mount);
    assertThat(Mount.parse("host-bind:/a=/b,ro,ro")).isEqualTo(mount.asReadOnly());
  }

  @Test
  void an_empty_source_is_a_temporary_directory() {
    assertThat(HostBindMount.of("/a", "").isTemporary()).isTrue();
    assertThat(HostBindMount.of("/a", "/b").isTemporary()).isFalse();
    assertThat(Mount.parse("host-bind:/a=,ro")).isEqualTo(HostBindMount.of("/a", "").asReadOnly());
  }

  @Test
  void a_relative_source_is_looked_at_when_the_sandbox_starts_BUG_63() {
    assertThat(HostBindMount.of("/a", "b").source()).isEqualTo("b");
  }

  @Test
  void includes_stay_when_a_bind_becomes_read_only() {
    Include include = new Include("x", "/h");

    assertThat(HostBindMount.of("/a", "/b").withInclude(include).asReadOnly().includes())
        .containsExactly(include);
  }

  @Test
  void a_source_holds_no_control_character_BUG_58() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HostBindMount.of("/a", "/b\n"))
        .withMessage("host-bind source holds the character U+000A; leave it out");
  }
}

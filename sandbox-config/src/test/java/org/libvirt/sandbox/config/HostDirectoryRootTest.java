package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HostDirectoryRootTest {
  @Test
  void what_is_superfluous_in_a_path_is_left_out_of_the_directory() {
    HostDirectoryRoot root = new HostDirectoryRoot("/srv//./root/");

    assertThat(root.directory()).isEqualTo(Path.of("/srv/root"));
    assertThat(root.path()).isEqualTo("/srv//./root/");
  }

  @Test
  void the_root_directory_is_the_hosts_root() {
    assertThat(Root.directory(Path.of("/"))).isEqualTo(Root.host());
  }

  @Test
  void a_relative_root_is_refused_BUG_63() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Root.directory(Path.of("srv/root")))
        .withMessageContaining("'srv/root' is not absolute; write '/");
  }

  @Test
  void a_root_that_a_link_could_lead_astray_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Root.directory(Path.of("/srv/link/../root")))
        .withMessageContaining("holds '..'");
  }

  @Test
  void a_root_that_xml_cannot_hold_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Root.directory(Path.of("/srv/a\u0001b")))
        .withMessageContaining("U+0001");
  }
}

package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.HostLacksException;

final class SocketPathTest {
  /** Of 97 bytes: with a slash and a name of 9 bytes it has as many as the kernel takes. */
  private static final Path LONG = Path.of("/" + "a".repeat(96));

  @Test
  void a_path_that_the_kernel_takes_is_as_it_is() {
    assertThat(SocketPath.in(LONG, "virtiofs9")).isEqualTo(LONG.resolve("virtiofs9"));
  }

  @Test
  void one_that_is_too_long_by_its_name_alone_is_refused_with_the_cure() {
    assertThatThrownBy(() -> SocketPath.in(LONG, "virtiofs10"))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContainingAll("virtiofs10", "has 108 bytes", "at most 107", "XDG_RUNTIME_DIR");
  }
}

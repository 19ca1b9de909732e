package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InitrdConfigTest {
  private static final Path MODULES = Path.of("/lib/modules/6.1.0");

  @Test
  void it_tells_what_was_put_into_it() {
    InitrdConfig config =
        InitrdConfig.builder("6.1.0", MODULES)
            .init(Path.of("/sbin/my-init"))
            .addModules("network", "virtio-net", "virtio_pci")
            .addModule("virtio_pci")
            .addModule("virtio-pci")
            .build();

    assertThat(config.kernelRelease()).isEqualTo("6.1.0");
    assertThat(config.moduleDirectory()).isEqualTo(MODULES);
    assertThat(config.init()).contains(Path.of("/sbin/my-init"));
    assertThat(config.modules()).containsExactly("virtio_pci", "virtio_net");
    assertThat(config.groups())
        .containsEntry("base", List.of("virtio_pci"))
        .containsEntry("network", List.of("virtio_net", "virtio_pci"));
  }

  @Test
  void the_base_comes_first_and_the_init_is_the_librarys() {
    InitrdConfig config = InitrdConfig.builder("6.1.0", MODULES).addModules("a", "b").build();

    assertThat(config.groups().keySet()).containsExactly("base", "a");
    assertThat(config.init()).isEmpty();
  }

  @Test
  void equal_content_is_equal() {
    var builder = InitrdConfig.builder("6.1.0", MODULES).addModule("virtio");
    InitrdConfig first = builder.build();

    assertThat(first).isEqualTo(builder.build()).hasSameHashCodeAs(builder.build());
    assertThat(first).isNotEqualTo(builder.addModule("fuse").build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "../a", "virtio.ko"})
  void what_is_no_name_of_a_module_is_refused(String name) {
    var builder = InitrdConfig.builder("6.1.0", MODULES);

    assertThatThrownBy(() -> builder.addModule(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "kernel module '%s' is no name; write letters, digits, '_' and '-' only"
                .formatted(name));
  }

  @Test
  void what_is_no_name_of_a_group_is_refused() {
    var builder = InitrdConfig.builder("6.1.0", MODULES);

    assertThatThrownBy(() -> builder.addModules("a,b", "fuse"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("group of modules 'a,b' is no name");
  }

  @Test
  void a_group_that_this_library_does_not_know_is_refused_with_those_it_does() {
    var kernel = new HostKernel("6.1.0", Path.of("/boot/vmlinuz-6.1.0"), MODULES);

    assertThatThrownBy(() -> GuestModules.of(kernel, List.of("ext5")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'ext5' is no group of modules; there are: base, 9p, virtiofs");
  }
}

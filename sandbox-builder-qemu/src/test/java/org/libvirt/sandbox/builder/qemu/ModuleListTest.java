package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModuleListTest {
  private static final String TEXT =
      """
      group base
      load virtio.ko
      load virtio_pci.ko
      group 9p
      load 9pnet.ko
      lack 9p
      group overlay
      """;

  @Test
  void it_is_read_as_it_was_written() {
    assertThat(ModuleList.parse(TEXT).text()).isEqualTo(TEXT);
  }

  @Test
  void it_tells_which_groups_are_complete() {
    ModuleList list = ModuleList.parse(TEXT);

    assertThat(list.complete()).containsExactly("base", "overlay");
    assertThat(list.files().get("9p")).containsExactly("9pnet.ko");
    assertThat(list.missing().get("9p")).containsExactly("9p");
    assertThat(list.files().get("overlay")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtio.ko", "insmod virtio.ko", " load virtio.ko"})
  void another_line_is_refused(String line) {
    assertThatThrownBy(() -> ModuleList.parse("group base\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a module list has the line '" + line + "'");
  }
}

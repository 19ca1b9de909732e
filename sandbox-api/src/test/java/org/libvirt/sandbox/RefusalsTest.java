package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RefusalsTest {
  private static final String WARNING =
      "2026-11-22T12:00:00.123456Z qemu-system-x86_64: -drive file=/a,readonly: warning: short-form"
          + " boolean option 'readonly' deprecated\nPlease use readonly=on instead\n";

  private static final String ERROR =
      "2026-11-22T12:00:00.223456Z qemu-system-x86_64: -device virtio-blk: Failed to get \"write\""
          + " lock\n";

  @Test
  void the_warnings_before_an_error_of_qemu_are_left_out() {
    String prefix = "internal error: process exited while connecting to monitor: ";

    assertThat(Refusals.withoutWarnings(prefix + WARNING + WARNING + ERROR))
        .isEqualTo(prefix + ERROR);
  }

  @Test
  void warnings_alone_are_kept() {
    assertThat(Refusals.withoutWarnings("internal error: " + WARNING))
        .isEqualTo("internal error: " + WARNING);
  }

  @Test
  void what_is_not_of_qemu_is_kept() {
    assertThat(Refusals.withoutWarnings("a warning: of another\nerror"))
        .isEqualTo("a warning: of another\nerror");
  }
}

package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.contract.EscapeContract;
import org.libvirt.sandbox.contract.LongOnMachines;

@LongOnMachines("the same guest refuses the same in containers")
final class EscapeIT extends EscapeContract {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  EscapeIT() {
    super(DAEMON);
  }

  @Test
  void qemu_is_behind_a_filter_and_has_no_device_that_is_not_needed() throws IOException {
    UUID uuid = UUID.randomUUID();
    DAEMON.start(InteractiveConfig.builder().uuid(uuid).command("/bin/sleep", "1000").build());
    Path qemu = Path.of("/proc", Long.toString(new MachineTraces(uuid).qemu().pid()));

    assertThat(Files.readString(qemu.resolve("status"))).contains("Seccomp:\t2");
    assertThat(Files.readString(qemu.resolve("cmdline")))
        .contains("-nodefaults", "-sandbox\0on,obsolete=deny,elevateprivileges=deny,spawn=deny")
        .doesNotContain("usb-", "uhci", "balloon", "-vga", "VGA", "hda-", "virtio-rng");
  }
}

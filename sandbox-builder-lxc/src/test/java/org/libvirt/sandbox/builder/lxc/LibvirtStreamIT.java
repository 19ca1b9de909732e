package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.context.StartOptions;

/** Sandboxes whose channel is a stream through libvirt's daemon. */
@Timeout(180)
final class LibvirtStreamIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @Test
  void smoke() throws Exception {
    StartOptions options = StartOptions.builder().channel(ChannelKind.LIBVIRT_STREAM).build();
    try (var sandbox =
        InteractiveContext.start(
            DAEMON.connection(),
            InteractiveConfig.builder()
                .command("/bin/sh", "-c", "echo out; echo err >&2; exit 3")
                .build(),
            options)) {
      assertThat(Outcome.of(sandbox.console()))
          .isEqualTo(new Outcome(new ExitStatus.Exited(3), "out\n", "err\n"));
    }
  }
}

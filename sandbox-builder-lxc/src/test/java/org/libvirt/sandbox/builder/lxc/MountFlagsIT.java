package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ExitStatus;

/** The flags of the host's mounts, which libvirt's binds lose. */
@Timeout(300)
final class MountFlagsIT {
  @RegisterExtension
  @Order(1)
  static final SealedMount SEALED = new SealedMount();

  /** A daemon sees the mounts that were there when it started. */
  @RegisterExtension
  @Order(2)
  static final Daemon DAEMON = new Daemon();

  @Test
  void a_mount_has_the_flags_that_it_has_on_the_host() throws Exception {
    Outcome outcome =
        DAEMON.sh("grep ' " + SEALED.point() + " ' /proc/self/mountinfo | cut -d ' ' -f 6");

    assertThat(outcome.stdout()).startsWith("ro,nosuid,nodev,noexec,");
  }

  @Test
  void nothing_is_executed_from_a_mount_with_noexec() throws Exception {
    Path program = SEALED.point().resolve("true");
    Files.copy(Path.of("/bin/true"), program);

    Outcome outcome = DAEMON.sh(program.toString());

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(126));
  }
}

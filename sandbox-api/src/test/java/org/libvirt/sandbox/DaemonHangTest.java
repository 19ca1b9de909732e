package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class DaemonHangTest {
  @TempDir Path temporary;

  @Test
  void a_call_on_a_daemon_that_hangs_ends_and_the_next_one_on_the_living_daemon_succeeds()
      throws Exception {
    var site =
        new DaemonSite(
            temporary.resolve("state"), temporary.resolve("cache"), DaemonSite.ofHost().programs());
    try (var libvirt = EmbeddedLibvirt.start(site);
        var connection = SandboxConnection.open(libvirt.uri("lxc"))) {
      ProcessHandle libvirtd = DaemonTraces.of(libvirt).libvirtd();
      signal("STOP", libvirtd);
      try {
        var refusal =
            catchThrowableOfType(
                LibvirtRefusedException.class,
                () -> connection.createDomain("<domain/>", UUID.randomUUID()));

        assertThat(refusal).hasMessageContaining(connection.uri()).hasMessageNotContaining("\n");
      } finally {
        signal("CONT", libvirtd);
      }

      assertThat(
              catchThrowableOfType(
                  LibvirtRefusedException.class,
                  () -> connection.createDomain("<domain/>", UUID.randomUUID())))
          .hasMessageStartingWith("libvirt cannot start the sandbox: ");
    }
  }

  private static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    int status = new ProcessBuilder("kill", "-s", name, "" + process.pid()).start().waitFor();
    assertThat(status).isZero();
  }
}

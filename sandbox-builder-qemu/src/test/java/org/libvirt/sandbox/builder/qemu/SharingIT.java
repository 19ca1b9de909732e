package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.contract.Outcome;

/** Directories of the host in machines, by each way of sharing them. */
@Timeout(300)
final class SharingIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @TempDir Path directory;

  @Test
  void thin() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    var config =
        Daemon.script(
                "echo a > /srv/file; touch /x 2>/dev/null || echo read-only; ls /proc/1 >/dev/null && echo proc; exit 3")
            .mount(HostBindMount.of("/srv", shared.toString()))
            .resources(Resources.standard().withSharing(FileSharing.VIRTIOFS))
            .build();

    Outcome outcome = DAEMON.run(config);

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus.Exited(3), "read-only\nproc\n", ""));
    assertThat(shared.resolve("file")).hasContent("a");
  }
}

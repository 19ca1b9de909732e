package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Outcome;

/** What machines need most, by each kernel and each way of sharing directories. */
@Timeout(300)
final class SharingIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void a_program_has_its_streams_and_status_and_writes_where_it_may(Sharing sharing)
      throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Path fixed = Files.createDirectory(directory.resolve("fixed"));
    Files.writeString(fixed.resolve("file"), "of the host\n");
    String script =
        """
        date -u +%Y >/srv/year
        cat
        cat /mnt/file
        touch /mnt/no /no 2>/dev/null || echo read-only
        echo image > /opt/file
        echo err >&2
        exit 42
        """;
    var config =
        sharing
            .with(Daemon.script(script))
            .mount(HostBindMount.of("/srv", shared.toString()))
            .mount(HostBindMount.of("/mnt", fixed.toString()).asReadOnly())
            .mount(HostImageMount.of("/opt", image().toString(), ImageFormat.RAW))
            .build();

    Outcome outcome;
    try (InteractiveContext sandbox = DAEMON.start(config)) {
      sandbox.console().stdin().write("in\n".getBytes(UTF_8));
      sandbox.console().stdin().close();
      outcome = Outcome.of(sandbox.console());
    }

    assertThat(outcome)
        .isEqualTo(new Outcome(new ExitStatus.Exited(42), "in\nof the host\nread-only\n", "err\n"));
    assertThat(Integer.parseInt(Files.readString(shared.resolve("year")).strip()))
        .isBetween(2024, 2100);
    assertThat(fixed).isDirectoryContaining("glob:**/file").isDirectoryNotContaining("glob:**/no");
    assertThat(Files.readAllBytes(directory.resolve("image")))
        .containsSequence("image\n".getBytes(UTF_8));
  }

  private Path image() throws Exception {
    Path image = directory.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(4 << 20);
    }
    Process made = new ProcessBuilder("/sbin/mkfs.ext4", "-q", image.toString()).start();
    assertThat(made.waitFor()).isZero();
    return image;
  }

  @Test
  void files_are_bound_over_files_and_into_what_is_fresh() throws Exception {
    Path file = Files.writeString(directory.resolve("one"), "of the host\n");
    Path fixed = Files.writeString(directory.resolve("fixed"), "fixed\n");
    var config =
        Sharing.GENERIC_VIRTIOFS
            .with(
                Daemon.script(
                    "cat /tmp/a/file /etc/passwd; echo new >/tmp/a/file; echo x 2>&1 >/etc/passwd"))
            .mount(HostBindMount.of("/tmp/a/file", file.toString()))
            .mount(HostBindMount.of("/etc/passwd", fixed.toString()).asReadOnly())
            .build();

    Outcome outcome = DAEMON.run(config);

    assertThat(outcome.stdout()).startsWith("of the host\nfixed\n");
    assertThat(file).hasContent("new");
    assertThat(fixed).hasContent("fixed");
  }
}

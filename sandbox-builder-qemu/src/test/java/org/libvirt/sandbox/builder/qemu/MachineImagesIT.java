package org.libvirt.sandbox.builder.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.contract.NativeSources;
import org.libvirt.sandbox.contract.Outcome;

/** Images with a journal: what is written survives, and nothing is left to be recovered. */
@Timeout(300)
final class MachineImagesIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(names = {"RAW", "QCOW2"})
  void an_image_is_the_root_and_is_unmounted_when_its_program_has_ended(ImageFormat format)
      throws Exception {
    Path tree = directory.resolve("tree");
    for (String name : List.of("dev", "proc", "sys", "tmp")) {
      Files.createDirectories(tree.resolve(name));
    }
    NativeSources.OF_MACHINES.compile(tree.resolve("note"), "note.c");
    Path image = image(format, tree);
    InteractiveConfig.Builder config =
        InteractiveConfig.builder().mount(HostImageMount.of("/", image.toString(), format));

    Outcome first = DAEMON.run(config.command("/note", "/noted", "one").build());
    Outcome second = DAEMON.run(config.command("/note", "/noted", "two").build());

    assertThat(first).isEqualTo(new Outcome(new ExitStatus.Exited(0), "one\n", ""));
    assertThat(second).isEqualTo(new Outcome(new ExitStatus.Exited(0), "one\ntwo\n", ""));
    assertThat(superblock(image, format))
        .containsPattern("Filesystem state: +clean")
        .doesNotContain("needs_recovery");
  }

  @Test
  void a_qcow2_image_below_the_hosts_root_keeps_what_is_being_written_at_the_end()
      throws Exception {
    Path image = image(ImageFormat.QCOW2, Files.createDirectory(directory.resolve("tree")));
    var config =
        Daemon.script("(while :; do echo more >> /srv/file; done) & sleep 0.5; exit 3")
            .mount(HostImageMount.of("/srv", image.toString(), ImageFormat.QCOW2))
            .build();

    assertThat(DAEMON.run(config).status()).isEqualTo(new ExitStatus.Exited(3));
    Outcome read =
        DAEMON.run(config.toBuilder().command("/usr/bin/head", "-1", "/srv/file").build());

    assertThat(read.stdout()).isEqualTo("more\n");
    assertThat(superblock(image, ImageFormat.QCOW2))
        .containsPattern("Filesystem state: +clean")
        .doesNotContain("needs_recovery");
  }

  private Path image(ImageFormat format, Path tree) throws Exception {
    Path raw = directory.resolve("raw");
    run("mkfs.ext4", "-q", "-d", tree.toString(), raw.toString(), "32M");
    if (format == ImageFormat.RAW) {
      return raw;
    }
    Path image = directory.resolve("image");
    QcowImage.write(Files.readAllBytes(raw), image);
    return image;
  }

  private String superblock(Path image, ImageFormat format) throws Exception {
    Path raw = directory.resolve("afterwards");
    Files.write(raw, format == ImageFormat.RAW ? Files.readAllBytes(image) : QcowImage.read(image));
    return run("dumpe2fs", "-h", raw.toString());
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}

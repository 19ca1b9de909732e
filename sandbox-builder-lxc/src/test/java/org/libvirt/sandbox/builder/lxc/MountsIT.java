package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.Outcome;

/** What a program finds where the config mounts something. */
final class MountsIT {
  private static final long IMAGE_BYTES = 8L << 20;
  private static final Identity NOBODY = new Identity(65534, 65534, "nobody", "/");

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @TempDir Path host;

  @BeforeEach
  void letOthersPass() throws IOException {
    Files.setPosixFilePermissions(host, fromString("rwxr-xr-x"));
  }

  @Test
  void every_kind_of_mount_stands_at_once() throws Exception {
    Path data = directoryWith("data", "of the host");
    Files.setPosixFilePermissions(data, fromString("rwxrwxrwx"));
    Path settings = directoryWith("settings", "read only");
    Path image = image("disk.img");
    Path source = Files.writeString(host.resolve("included"), "included\n");
    InteractiveConfig config =
        script(
                """
                cd /tmp/m
                cat bind/file ro/file again/file fresh/sub/inc ram/inc bind/inc
                echo from inside > bind/made
                echo no > ro/file
                echo own > fresh/own && echo own > ram/own && cat fresh/own ram/own
                test -d image/lost+found && echo image
                stat -c '%U %a' fresh
                for m in bind ro fresh ram image again; do
                  grep " /tmp/m/$m " /proc/self/mountinfo | cut -d' ' -f5,6
                done
                """)
            .toBuilder()
            .identity(NOBODY)
            .mount(HostBindMount.of("/tmp/m/bind", data.toString()))
            .mount(HostBindMount.of("/tmp/m/ro", settings.toString()).asReadOnly())
            .mount(HostBindMount.of("/tmp/m/fresh", ""))
            .mount(RamMount.of("/tmp/m/ram", 1 << 20))
            .mount(HostImageMount.of("/tmp/m/image", image.toString(), ImageFormat.RAW))
            .mount(GuestBindMount.of("/tmp/m/again", "/tmp/m/ro"))
            .include("/tmp/m/fresh/sub/inc", source.toString())
            .include("/tmp/m/ram/inc", source.toString())
            .include("/tmp/m/bind/inc", source.toString())
            .build();

    Outcome outcome = DAEMON.run(config);

    assertThat(outcome.stderr()).contains("ro/file: Read-only file system");
    assertThat(outcome.lines())
        .containsExactly(
            "of the host",
            "read only",
            "read only",
            "included",
            "included",
            "included",
            "own",
            "own",
            "image",
            "nobody 755",
            "/tmp/m/bind rw,nosuid,nodev,relatime",
            "/tmp/m/ro ro,nosuid,nodev,relatime",
            "/tmp/m/fresh rw,nosuid,nodev,relatime",
            "/tmp/m/ram rw,nosuid,nodev,relatime",
            "/tmp/m/image rw,nosuid,nodev,relatime",
            "/tmp/m/again ro,nosuid,nodev,relatime");
    assertThat(data.resolve("made")).hasContent("from inside\n");
    assertThat(names(data)).containsExactlyInAnyOrder("file", "made");
    assertThat(source).hasContent("included\n");
  }

  private InteractiveConfig script(String text) {
    return InteractiveConfig.builder().command("/bin/sh", "-c", text).build();
  }

  private Path directoryWith(String name, String content) throws IOException {
    Path directory = Files.createDirectory(host.resolve(name));
    Files.writeString(directory.resolve("file"), content + "\n");
    return directory;
  }

  private Path image(String name) throws Exception {
    Path image = host.resolve(name);
    try (var file = new java.io.RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(IMAGE_BYTES);
    }
    Process made =
        new ProcessBuilder("mkfs.ext4", "-q", "-F", image.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(made.getInputStream().readAllBytes(), UTF_8);
    assertThat(made.waitFor()).as(said).isZero();
    return image;
  }

  private static List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }
}

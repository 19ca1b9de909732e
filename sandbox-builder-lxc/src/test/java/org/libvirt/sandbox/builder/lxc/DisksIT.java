package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** Disks, by the tags under which programs find them. */
@Timeout(300)
final class DisksIT {
  private static final Identity NOBODY = new Identity(65534, 65534, "nobody", "/");
  private static final int DISK_BYTES = 1 << 20;

  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();

  @Test
  void the_programs_user_reads_and_writes_a_disk() throws Exception {
    Path disk = disk("disk.img", 'a');

    Outcome outcome =
        DAEMON.run(
            Daemon.script(
                    """
                    d=/dev/disk/by-tag/data
                    test -b $d && head -c 3 $d && echo && blockdev --getsize64 $d
                    printf new | dd of=$d bs=1 seek=1048573 conv=notrunc 2>/dev/null
                    stat -L -c '%U:%G %a %s' $d
                    """)
                .identity(NOBODY)
                .disk(Disk.ofFile("data", disk.toString(), ImageFormat.RAW))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("aaa", "" + DISK_BYTES, "nobody:nogroup 600 0");
    byte[] content = Files.readAllBytes(disk);
    assertThat(content)
        .hasSize(DISK_BYTES)
        .startsWith("aaaa".getBytes())
        .endsWith("anew".getBytes());
    assertThat(Loops.of(disk)).isEmpty();
  }

  @Test
  void each_of_several_disks_has_its_own_content_under_any_tag() throws Exception {
    Path one = disk("one.img", '1');
    Path other = disk("other.img", '2');

    Outcome outcome =
        DAEMON.run(
            Daemon.script(
                    """
                    cd /dev/disk/by-tag
                    ls
                    head -c 1 "one disk"; head -c 1 'ünd-"an&other'\\'
                    """)
                .disk(Disk.ofFile("one disk", one.toString(), ImageFormat.RAW))
                .disk(Disk.ofFile("ünd-\"an&other'", other.toString(), ImageFormat.RAW))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout()).endsWith("12");
    assertThat(outcome.lines()).hasSize(3);
  }

  @Test
  void the_directory_of_tags_is_there_without_disks() throws Exception {
    Outcome outcome = DAEMON.sh("ls -A /dev/disk/by-tag && touch /dev/disk/by-tag/x");

    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.stderr()).contains("Read-only file system");
  }

  @Test
  void another_user_cannot_open_a_disk() throws Exception {
    Path disk = disk("disk.img", 'a');
    HostTree.allow(disk, "rw-rw-rw-");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("setpriv --reuid=1 --clear-groups head -c 1 /dev/disk/by-tag/data")
                .privileged(true)
                .disk(Disk.ofFile("data", disk.toString(), ImageFormat.RAW))
                .build());

    assertThat(outcome.stderr()).contains("Permission denied");
    assertThat(outcome.stdout()).isEmpty();
  }

  @Test
  void a_block_device_of_the_host_is_a_disk() throws Exception {
    Path file = disk("disk.img", 'b');
    String loop = HostTree.command(List.of("losetup", "--find", "--show", file.toString())).strip();
    try {
      Outcome outcome =
          DAEMON.run(
              Daemon.script("head -c 3 /dev/disk/by-tag/loop; echo; ls -A /dev | grep -c loop")
                  .identity(NOBODY)
                  .disk(Disk.ofBlockDevice("loop", loop))
                  .build());

      assertThat(outcome.stderr()).isEmpty();
      assertThat(outcome.lines()).containsExactly("bbb", "0");
      assertThat(HostTree.command(List.of("stat", "-c", "%U", loop)).strip()).isEqualTo("root");
    } finally {
      HostTree.command(List.of("losetup", "--detach", loop));
    }
  }

  @Test
  void a_block_device_that_is_a_file_is_refused() throws Exception {
    Path file = disk("disk.img", 'b');
    InteractiveConfig config =
        Daemon.script("true").disk(Disk.ofBlockDevice("data", file.toString())).build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void thirty_disks_stand_at_once() throws Exception {
    InteractiveConfig.Builder config =
        Daemon.script(
            "cd /dev/disk/by-tag; ls | wc -l; for d in 0 25 26 29; do head -c 1 $d; done");
    for (int i = 0; i < 30; i++) {
      Path disk = disk("disk" + i, (char) ('A' + i));
      config.disk(Disk.ofFile("" + i, disk.toString(), ImageFormat.RAW));
    }

    Outcome outcome = DAEMON.run(config.build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.stdout()).isEqualTo("30\nAZ[^");
  }

  private Path disk(String name, char filling) throws Exception {
    byte[] content = new byte[DISK_BYTES];
    Arrays.fill(content, (byte) filling);
    return Files.write(host.path(name), content);
  }
}

package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** File systems in image files of the host. */
@Timeout(300)
final class ImagesIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();

  @Test
  void what_an_image_holds_is_read_and_what_is_written_stays_in_it() throws Exception {
    Path tree = host.directoryWith("tree", "of the image");
    Path image = host.imageOf("disk.img", tree);

    Outcome first = DAEMON.run(at("/srv", image, "cat /srv/file; echo kept > /srv/new"));
    Outcome second = DAEMON.run(at("/tmp/a/b", image, "cat /tmp/a/b/new"));

    assertThat(first.stderr()).isEmpty();
    assertThat(first.lines()).containsExactly("of the image");
    assertThat(second.lines()).containsExactly("kept");
  }

  @Test
  void its_loop_device_is_gone_when_the_sandbox_is_closed() throws Exception {
    Path image = host.image("disk.img");
    var sandbox = DAEMON.start(at("/srv", image, "cat"));
    assertThat(Loops.of(image)).hasSize(1);

    sandbox.close();

    await().atMost(SOON).untilAsserted(() -> assertThat(Loops.of(image)).isEmpty());
  }

  @Test
  void devices_and_set_user_id_programs_of_an_image_give_nothing() throws Exception {
    Path tree = host.directory("tree");
    HostTree.command(List.of("mknod", "-m", "666", tree.resolve("zero").toString(), "c", "1", "5"));
    Files.copy(Path.of("/usr/bin/id").toRealPath(), tree.resolve("id"));
    HostTree.command(List.of("chown", "1:1", tree.resolve("id").toString()));
    HostTree.command(List.of("chmod", "6755", tree.resolve("id").toString()));
    Path image = host.imageOf("disk.img", tree);

    Outcome outcome =
        DAEMON.run(
            at("/srv", image, "head -c 1 /srv/zero; /srv/id -u").toBuilder()
                .privileged(true)
                .build());

    assertThat(outcome.stderr()).contains("zero").contains("Permission denied");
    assertThat(outcome.lines()).containsExactly("0");
  }

  /** The kernel knows a loop device's file by 63 bytes, and libvirt fails where there are more. */
  @Test
  void an_image_and_a_disk_may_have_long_paths() throws Exception {
    String deep = "long".repeat(20) + "/";
    host.directory(deep);
    Path image = host.imageOf(deep + "disk.img", host.directoryWith("tree", "of the image"));
    Path disk = host.file(deep + "raw", "raw".repeat(512));

    Outcome outcome =
        DAEMON.run(
            at("/srv", image, "cat /srv/file; head -c 3 /dev/disk/by-tag/t").toBuilder()
                .disk(Disk.ofFile("t", disk.toString(), ImageFormat.RAW))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the image", "raw");
  }

  @Test
  void two_images_stand_at_once() throws Exception {
    Path one = host.imageOf("one.img", host.directoryWith("one", "one"));
    Path other = host.imageOf("other.img", host.directoryWith("other", "other"));

    Outcome outcome =
        DAEMON.run(
            at("/srv", one, "cat /srv/file /mnt/file").toBuilder()
                .mount(HostImageMount.of("/mnt", other.toString(), ImageFormat.RAW))
                .build());

    assertThat(outcome.lines()).containsExactly("one", "other");
  }

  @Test
  void what_is_no_file_system_is_refused_with_the_images_name() throws Exception {
    Path image = host.blank("blank.img", 1 << 20);

    assertThatThrownBy(() -> DAEMON.start(at("/srv", image, "true"))).hasMessageContaining("/srv");
    await().atMost(SOON).untilAsserted(() -> assertThat(Loops.of(image)).isEmpty());
  }

  @Test
  void qcow2_is_refused_where_the_host_has_no_network_block_device() throws Exception {
    if (Files.isDirectory(Path.of("/sys/module/nbd"))) {
      return; // nothing to refuse
    }
    Path image = host.blank("disk.qcow2", 1 << 20);
    InteractiveConfig config =
        Daemon.script("true")
            .mount(HostImageMount.of("/srv", image.toString(), ImageFormat.QCOW2))
            .build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(HostLacksException.class)
        .hasMessage(
            "an image of format qcow2 needs the kernel's nbd; run 'modprobe nbd', or use a raw"
                + " image");
  }

  private static InteractiveConfig at(String target, Path image, String script) {
    return Daemon.script(script)
        .mount(HostImageMount.of(target, image.toString(), ImageFormat.RAW))
        .build();
  }
}

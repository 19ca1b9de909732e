package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** Other roots than the host's. */
@Timeout(300)
final class RootsIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();

  @Test
  void a_directory_as_the_root_is_read_only() throws Exception {
    Path root = SmallRoot.fill(host.directory("root"));

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /etc/motd; echo x > /etc/new; echo own > /tmp/t && cat /tmp/t; ls /")
                .root(Root.directory(root))
                .build());

    assertThat(outcome.stderr()).contains("/etc/new: Read-only file system");
    assertThat(outcome.lines()).startsWith("a small root", "own").contains("bin", "proc");
    assertThat(outcome.lines()).doesNotContain("usr/share", "home", "root");
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void a_directory_mounted_at_the_root_can_be_written() throws Exception {
    Path root = SmallRoot.fill(host.directory("root"));

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /etc/motd; echo new > /etc/new; ls /dev/sandbox 2>/dev/null")
                .mount(HostBindMount.of("/", root.toString()))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("a small root");
    assertThat(root.resolve("etc/new")).hasContent("new");
  }

  @Test
  void a_directory_mounted_read_only_at_the_root_cannot_be_written() throws Exception {
    Path root = SmallRoot.fill(host.directory("root"));
    List<String> before = host.content();

    Outcome outcome =
        DAEMON.run(
            Daemon.script("echo new > /etc/new; echo new > /tmp/new")
                .mount(HostBindMount.of("/", root.toString()).asReadOnly())
                .build());

    assertThat(outcome.stderr()).contains("/etc/new: Read-only file system");
    assertThat(host.content()).isEqualTo(before);
  }

  @Test
  void mounts_stand_in_a_root_that_is_a_mount() throws Exception {
    Path root = SmallRoot.fill(host.directory("root"));
    Path data = host.directoryWith("data", "of the host");
    List<String> before = host.content();

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/file; echo own > /tmp/own && cat /tmp/own")
                .mount(HostBindMount.of("/srv", data.toString()).asReadOnly())
                .mount(HostBindMount.of("/", root.toString()))
                .mount(RamMount.of("/tmp", 1 << 20))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the host", "own");
    assertThat(host.content()).isEqualTo(before);
  }

  @Test
  void an_image_is_the_root_and_keeps_what_is_written() throws Exception {
    Path image = host.imageOf("root.img", SmallRoot.fill(host.directory("root")));

    Outcome first =
        DAEMON.run(
            Daemon.script("cat /etc/motd; echo kept > /etc/new")
                .mount(HostImageMount.of("/", image.toString(), ImageFormat.RAW))
                .build());
    Outcome second =
        DAEMON.run(
            Daemon.script("cat /etc/new")
                .mount(HostImageMount.of("/", image.toString(), ImageFormat.RAW))
                .build());

    assertThat(first).extracting(Outcome::stderr).isEqualTo("");
    assertThat(first.lines()).containsExactly("a small root");
    assertThat(second.lines()).containsExactly("kept");
    assertThat(Loops.of(image)).isEmpty();
  }

  @Test
  void mounts_stand_in_a_root_that_is_an_image() throws Exception {
    Path image = host.imageOf("root.img", SmallRoot.fill(host.directory("root")));
    Path data = host.directoryWith("data", "of the host");
    Path included = host.file("included", "included\n");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/file /srv/inc")
                .mount(HostImageMount.of("/", image.toString(), ImageFormat.RAW))
                .mount(HostBindMount.of("/srv", data.toString()))
                .include("/srv/inc", included.toString())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the host", "included");
  }
}

package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** What a sandbox already has, at another of its paths. */
@Timeout(300)
final class GuestBindsIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();
  @RegisterExtension final HostTree seen = HostTree.visible();

  @Test
  void a_directory_of_the_root_stands_at_another_path_and_cannot_be_written() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("test -f /srv/passwd && echo seen; touch /srv/passwd")
                .mount(GuestBindMount.of("/srv", "/etc"))
                .build());

    assertThat(outcome.lines()).containsExactly("seen");
    assertThat(outcome.stderr()).contains("Read-only file system");
  }

  @Test
  void a_file_of_the_root_stands_at_another_path() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("cmp /tmp/users /etc/passwd && echo same; echo x >> /tmp/users")
                .mount(GuestBindMount.of("/tmp/users", "/etc/passwd"))
                .build());

    assertThat(outcome.lines()).containsExactly("same");
    assertThat(outcome.stderr()).contains("Read-only file system");
  }

  @Test
  void an_earlier_mount_stands_at_another_path_and_can_be_written_at_both() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("echo one > /srv/a; echo two > /mnt/b; cat /mnt/a /srv/b")
                .mount(RamMount.of("/srv", 1 << 20))
                .mount(GuestBindMount.of("/mnt", "/srv"))
                .build());

    assertThat(outcome.lines()).containsExactly("one", "two");
  }

  @Test
  void a_directory_in_an_earlier_bind_is_written_to_the_host() throws Exception {
    Path data = host.directory("data");
    host.file("data/sub/file", "of the host\n");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /mnt/file; echo new > /mnt/made")
                .mount(HostBindMount.of("/srv", data.toString()))
                .mount(GuestBindMount.of("/mnt", "/srv/sub"))
                .build());

    assertThat(outcome.lines()).containsExactly("of the host");
    assertThat(data.resolve("sub/made")).hasContent("new");
  }

  @Test
  void a_read_only_bind_is_read_only_at_its_second_path_too() throws Exception {
    Path data = host.directoryWith("data", "of the host");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /mnt/file; echo new > /mnt/made")
                .mount(HostBindMount.of("/srv", data.toString()).asReadOnly())
                .mount(GuestBindMount.of("/mnt", "/srv"))
                .build());

    assertThat(outcome.lines()).containsExactly("of the host");
    assertThat(outcome.stderr()).contains("/mnt/made: Read-only file system");
    assertThat(host.content()).containsExactly("data", "data/file");
  }

  @Test
  void a_directory_of_an_image_stands_at_another_path() throws Exception {
    Path tree = host.directory("tree");
    host.file("tree/inner/file", "of the image\n");
    Path image = host.imageOf("disk.img", tree);

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /mnt/file")
                .mount(HostImageMount.of("/srv", image.toString(), ImageFormat.RAW))
                .mount(GuestBindMount.of("/mnt", "/srv/inner"))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the image");
  }

  @Test
  void a_link_is_followed() throws Exception {
    Path data = host.directoryWith("data", "of the host");
    host.link("data/link", "file");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /tmp/seen")
                .mount(HostBindMount.of("/srv", data.toString()))
                .mount(GuestBindMount.of("/tmp/seen", "/srv/link"))
                .build());

    assertThat(outcome.lines()).containsExactly("of the host");
  }

  @Test
  void what_is_hidden_is_hidden_at_its_second_path_too() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("ls -A /srv/libvirt /srv/libvirt-sandbox")
                .mount(GuestBindMount.of("/srv", "/var/lib"))
                .build());

    assertThat(outcome.lines()).containsExactly("/srv/libvirt:", "", "/srv/libvirt-sandbox:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/lib/libvirt-sandbox", "/srv/libvirt-sandbox", "/srv/libvirt"})
  void what_is_hidden_cannot_be_bound(String source) {
    InteractiveConfig config =
        Daemon.script("true")
            .mount(GuestBindMount.of("/srv", "/var/lib"))
            .mount(GuestBindMount.of("/mnt", source))
            .build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageStartingWith("guest-bind source '" + source + "' is ")
        .hasMessageMatching(".* (is hidden from sandboxes|which holds other sandboxes); .*");
  }

  @Test
  void a_socket_of_the_host_is_out_of_reach_at_a_second_path_too() throws Exception {
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path directory = seen.directory("d");
      socket.bind(UnixDomainSocketAddress.of(directory.resolve("socket")));

      Outcome outcome =
          DAEMON.run(
              Daemon.script("cd " + directory + "; stat -c %F socket /mnt/socket")
                  .mount(GuestBindMount.of("/mnt", directory.toString()))
                  .build());

      assertThat(outcome.lines())
          .containsExactly("character special file", "character special file");
    }
  }

  @Test
  void a_source_that_does_not_exist_is_refused() throws Exception {
    Path data = Files.createDirectory(host.path("data"));
    InteractiveConfig config =
        Daemon.script("true")
            .mount(HostBindMount.of("/srv", data.toString()))
            .mount(GuestBindMount.of("/mnt", "/srv/none"))
            .build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("guest-bind source '/srv/none' does not exist in the sandbox");
    assertThat(host.content()).containsExactly("data");
  }
}

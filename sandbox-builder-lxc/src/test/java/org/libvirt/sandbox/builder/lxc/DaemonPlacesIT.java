package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import org.libvirt.sandbox.contract.Intruder;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** Sources where an embedded daemon has directories of its own, and what else lies there. */
@Timeout(300)
final class DaemonPlacesIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.visible();
  @RegisterExtension final HostTree inRun = HostTree.below("/run");
  @RegisterExtension final HostTree inImages = HostTree.below("/var/lib/libvirt");

  @Test
  void a_directory_below_run_is_bound() throws Exception {
    Path data = inRun.directoryWith("data", "of the host");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/file; echo new > /srv/made; ls -A /run")
                .mount(HostBindMount.of("/srv", data.toString()))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).first().isEqualTo("of the host");
    assertThat(outcome.stdout()).doesNotContain("sandbox-test-");
    assertThat(data.resolve("made")).hasContent("new");
  }

  @Test
  void a_directory_and_an_image_in_libvirts_own_directory_are_mounted() throws Exception {
    Path data = inImages.directoryWith("data", "of the host");
    Path image = inImages.imageOf("disk.img", data);
    Path disk = inImages.file("raw", "raw".repeat(1024));

    Outcome outcome =
        DAEMON.run(
            Daemon.script(
                    "cat /srv/file /mnt/file; head -c 3 /dev/disk/by-tag/raw; ls -A"
                        + " /var/lib/libvirt")
                .mount(HostBindMount.of("/srv", data.toString()).asReadOnly())
                .mount(HostImageMount.of("/mnt", image.toString(), ImageFormat.RAW))
                .disk(Disk.ofFile("raw", disk.toString(), ImageFormat.RAW))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the host", "of the host", "raw");
    assertThat(Loops.of(image)).isEmpty();
  }

  @Test
  void a_root_in_libvirts_own_directory_is_one() throws Exception {
    Path root = SmallRoot.fill(inImages.directory("root"));

    Outcome outcome = DAEMON.run(Daemon.script("cat /etc/motd").root(Root.directory(root)).build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("a small root");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/libvirt", "/var/lib/libvirt", "/var/log/libvirt", "/var/cache/libvirt"})
  void libvirts_directories_are_the_hosts_where_they_are_bound(String directory) throws Exception {
    List<String> names = names(Path.of(directory));

    Outcome outcome =
        DAEMON.run(
            Daemon.script("ls -A /srv; ls -A " + directory)
                .mount(HostBindMount.of("/srv", directory).asReadOnly())
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void a_socket_is_reached_through_a_bind_and_not_through_the_root() throws Exception {
    Path directory = host.directory("sockets");
    Path name = directory.resolve("socket");
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(name));

      Outcome outcome =
          DAEMON.run(
              Daemon.script("stat -c %F " + name + " /tmp/bound/socket")
                  .mount(HostBindMount.of("/tmp/bound", directory.toString()))
                  .build());

      assertThat(outcome.lines()).containsExactly("character special file", "socket");
    }
  }

  @ParameterizedTest
  @EnumSource
  void the_whole_host_at_another_path_has_nothing_of_daemons_and_sandboxes(Intruder intruder)
      throws Exception {
    Outcome outcome =
        DAEMON.run(
            intruder
                .config()
                .command(
                    "/bin/sh",
                    "-c",
                    """
                    cd /mnt && test -f etc/passwd && echo seen
                    ls -A etc/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt \
                      var/lib/libvirt-sandbox var/cache/libvirt-sandbox
                    find / -xdev -name 'libvirt-sock*' 2>/dev/null
                    find /mnt/run /mnt/proc /mnt/dev -type s 2>/dev/null
                    """)
                .mount(HostBindMount.of("/mnt", "/").asReadOnly())
                .build());

    assertThat(outcome.lines()).first().isEqualTo("seen");
    assertThat(outcome.lines().subList(1, outcome.lines().size()))
        .allMatch(line -> line.isEmpty() || line.endsWith("libvirt:") || line.endsWith("sandbox:"));
  }

  @ParameterizedTest
  @EnumSource
  void no_path_leads_to_what_the_daemon_keeps(Intruder intruder) throws Exception {
    Path marked = inRun.file("marked-by-this-test", "x");
    String kept = DAEMON.libvirt().socket().getParent().getFileName().toString();

    Outcome outcome =
        DAEMON.run(
            intruder
                .config()
                .command(
                    "/bin/sh",
                    "-c",
                    "find / -path /proc -prune -o -name '"
                        + marked.getFileName()
                        + "' -print"
                        + " -o -name '"
                        + kept
                        + "' -print 2>/dev/null; echo done")
                .mount(HostBindMount.of("/mnt", "/"))
                .mount(RamMount.of("/opt", 1 << 20))
                .build());

    assertThat(outcome.lines()).containsExactly("done");
  }

  @Test
  void nothing_is_left_in_the_daemons_directory_or_on_the_host() throws Exception {
    Path data = inRun.directoryWith("data", "of the host");
    Path file = inRun.file("file", "x");
    List<String> before = inRun.content();
    Path daemon = DAEMON.libvirt().socket().getParent();
    List<String> daemons = names(daemon);

    DAEMON.run(
        Daemon.script("true")
            .mount(HostBindMount.of("/srv", data.toString()))
            .mount(HostBindMount.of("/tmp/f", file.toString()))
            .include("/srv/a/b", file.toString())
            .build());

    assertThat(inRun.content()).isEqualTo(before);
    assertThat(names(daemon)).isEqualTo(daemons);
  }

  private static List<String> names(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}

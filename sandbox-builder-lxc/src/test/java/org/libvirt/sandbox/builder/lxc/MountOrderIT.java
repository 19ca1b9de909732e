package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** Mounts on, in and beside each other, in the config's order. */
@Timeout(300)
final class MountOrderIT {
  private static final long MEBIBYTE = 1L << 20;

  @RegisterExtension static final Daemon DAEMON = new Daemon();
  @RegisterExtension final HostTree host = HostTree.hidden();

  @Test
  void a_bind_stands_in_an_earlier_ram_mount() throws Exception {
    Path data = host.directoryWith("data", "of the host");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/deep/down/file; echo x > /srv/own && ls /srv")
                .mount(RamMount.of("/srv", MEBIBYTE))
                .mount(HostBindMount.of("/srv/deep/down", data.toString()))
                .build());

    assertThat(outcome.lines()).containsExactly("of the host", "deep", "own");
  }

  @Test
  void a_ram_mount_stands_in_an_earlier_bind() throws Exception {
    Path data = host.directoryWith("data", "of the host");
    host.directory("data/below");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("echo kept > /srv/below/own; cat /srv/file /srv/below/own")
                .mount(HostBindMount.of("/srv", data.toString()).asReadOnly())
                .mount(RamMount.of("/srv/below", MEBIBYTE))
                .build());

    assertThat(outcome.lines()).containsExactly("of the host", "kept");
    assertThat(host.path("data/below")).isEmptyDirectory();
  }

  @Test
  void a_later_mount_hides_what_stands_below_it() throws Exception {
    Path data = host.directoryWith("data", "of the host");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("ls -A /srv; cat /srv/deep/file")
                .mount(RamMount.of("/srv", MEBIBYTE))
                .mount(HostBindMount.of("/srv/deep", data.toString()))
                .mount(RamMount.of("/srv", MEBIBYTE))
                .build());

    assertThat(outcome.stdout()).isEmpty();
    assertThat(outcome.stderr()).contains("/srv/deep/file: No such file or directory");
  }

  @Test
  void of_two_mounts_at_one_target_the_later_is_seen() throws Exception {
    Path one = host.directoryWith("one", "one");
    Path other = host.directoryWith("other", "other");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /srv/file; echo x > /srv/file; echo x > /srv/new")
                .mount(HostBindMount.of("/srv", one.toString()))
                .mount(HostBindMount.of("/srv", other.toString()).asReadOnly())
                .build());

    assertThat(outcome.lines()).containsExactly("other");
    assertThat(outcome.stderr()).contains("/srv/new: Read-only file system");
    assertThat(host.content()).containsExactly("one", "one/file", "other", "other/file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tmp", "/run", "/var/tmp", "/dev/shm", "/home", "/root", "/var"})
  void a_bind_stands_where_the_sandbox_has_something_of_its_own(String target) throws Exception {
    Path data = host.directoryWith("data", "of the host");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cd " + target + "; ls -A; cat file; echo x > made")
                .mount(HostBindMount.of(target, data.toString()))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("file", "of the host");
    assertThat(host.content()).containsExactly("data", "data/file", "data/made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tmp", "/run", "/var/tmp", "/dev/shm", "/home"})
  void a_ram_mount_stands_where_the_sandbox_has_something_of_its_own(String target)
      throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("cd " + target + "; ls -A; df -B1 --output=size . | tail -n 1")
                .mount(RamMount.of(target, 3 * MEBIBYTE))
                .build());

    assertThat(outcome.stdout().strip()).isEqualTo("" + 3 * MEBIBYTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/tmp", "/run/lock", "/dev/shm"})
  void a_bind_stands_below_a_fresh_directory(String fresh) throws Exception {
    Path data = host.directoryWith("data", "of the host");
    String target = fresh + "/a/b";

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat " + target + "/file; stat -c %a /dev/shm /tmp")
                .mount(HostBindMount.of(target, data.toString()))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(outcome.lines()).containsExactly("of the host", "1777", "1777");
  }

  @Test
  void a_file_is_mounted_over_a_file() throws Exception {
    Path file = host.file("passwd", "just:x:1:1::/:/bin/sh\n");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /etc/passwd; echo more >> /etc/passwd; id -u just")
                .mount(HostBindMount.of("/etc/passwd", file.toString()))
                .build());

    assertThat(outcome.lines()).containsExactly("just:x:1:1::/:/bin/sh", "1");
    assertThat(file).hasContent("just:x:1:1::/:/bin/sh\nmore\n");
  }

  @Test
  void a_file_is_mounted_where_only_the_sandbox_makes_it() throws Exception {
    Path file = host.file("note", "of the host\n");

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cat /tmp/note; ls /tmp")
                .mount(HostBindMount.of("/tmp/note", file.toString()).asReadOnly())
                .build());

    assertThat(outcome.lines()).containsExactly("of the host", "note");
  }

  @Test
  void ram_is_as_large_as_asked_for_and_no_larger() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script(
                    "cd /srv; df -B1 --output=size . | tail -n 1; head -c 2M /dev/zero > full")
                .mount(RamMount.of("/srv", MEBIBYTE))
                .build());

    assertThat(outcome.stdout().strip()).isEqualTo("" + MEBIBYTE);
    assertThat(outcome.stderr()).contains("No space left on device");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1023, 4096, 5000, 3L << 30})
  void ram_of_any_size_has_a_limit_BUG_59(long bytes) throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("df -B1 --output=size /srv | tail -n 1")
                .mount(RamMount.of("/srv", bytes))
                .build());

    assertThat(Long.parseLong(outcome.stdout().strip())).isBetween(4096L, bytes + 4095);
  }
}

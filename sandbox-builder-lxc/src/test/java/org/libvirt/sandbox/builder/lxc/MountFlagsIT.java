package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.libvirt.sandbox.contract.Intruder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.contract.HostTree;
import org.libvirt.sandbox.contract.Outcome;

/** The flags of the host's mounts, which libvirt's binds lose. */
@Timeout(300)
final class MountFlagsIT {
  @RegisterExtension
  @Order(1)
  static final SealedMount SEALED = new SealedMount();

  /** A daemon sees the mounts that were there when it started. */
  @RegisterExtension
  @Order(2)
  static final Daemon DAEMON = new Daemon();

  @RegisterExtension final HostTree host = HostTree.hidden();

  @Test
  void a_mount_has_the_flags_that_it_has_on_the_host() throws Exception {
    Outcome outcome =
        DAEMON.sh("grep ' " + SEALED.point() + " ' /proc/self/mountinfo | cut -d ' ' -f 6");

    assertThat(outcome.stdout()).startsWith("ro,nosuid,nodev,noexec,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/below"})
  void a_bind_keeps_noexec_of_its_source(String below) throws Exception {
    Path source = Files.createDirectories(Path.of(SEALED.point() + below));

    Outcome outcome =
        DAEMON.run(
            Daemon.script("grep -E ' /(srv|tmp/x) ' /proc/self/mountinfo | cut -d ' ' -f 6")
                .mount(HostBindMount.of("/srv", source.toString()))
                .mount(HostBindMount.of("/tmp/x", source.toString()).asReadOnly())
                .build());

    assertThat(outcome.lines())
        .containsExactlyInAnyOrder(
            "rw,nosuid,nodev,noexec,relatime", "ro,nosuid,nodev,noexec,relatime");
  }

  @Test
  void a_guest_bind_keeps_noexec_of_its_source() throws Exception {
    Outcome outcome =
        DAEMON.run(
            Daemon.script("grep ' /tmp/x ' /proc/self/mountinfo | cut -d ' ' -f 6")
                .mount(GuestBindMount.of("/tmp/x", SEALED.point().toString()))
                .build());

    assertThat(outcome.stdout()).startsWith("ro,nosuid,nodev,noexec,");
  }

  @ParameterizedTest
  @EnumSource
  void a_set_user_id_program_in_a_bind_gives_nothing(Intruder intruder) throws Exception {
    Path id = Files.copy(Path.of("/usr/bin/id").toRealPath(), host.path("id"));
    HostTree.command(List.of("chown", "1:1", id.toString()));
    HostTree.command(List.of("chmod", "6755", id.toString()));

    Outcome outcome =
        DAEMON.run(
            intruder
                .config()
                .command("/srv/id", "-u")
                .mount(HostBindMount.of("/srv", host.top().toString()))
                .build());

    assertThat(outcome.stdout()).isEqualTo(intruder == Intruder.NOBODY ? "65534\n" : "0\n");
  }

  @Test
  void a_device_in_a_bind_opens_for_nobody() throws Exception {
    Path zero = host.path("zero");
    HostTree.command(List.of("mknod", "-m", "666", zero.toString(), "c", "1", "5"));

    Outcome outcome =
        DAEMON.run(
            Intruder.PRIVILEGED
                .config()
                .command("/usr/bin/head", "-c", "1", "/srv/zero")
                .mount(HostBindMount.of("/srv", host.top().toString()))
                .build());

    assertThat(outcome.stderr()).contains("Permission denied");
  }

  @Test
  void nothing_of_a_read_only_bind_can_be_written_nor_what_the_host_mounts_below_it()
      throws Exception {
    String parent = SEALED.point().getParent().toString();
    Files.writeString(SEALED.point().resolve("there"), "x");
    String name = SEALED.point().getFileName().toString();

    Outcome outcome =
        DAEMON.run(
            Daemon.script("cd /mnt/" + name + "; touch new; ls -A; rm -f there")
                .mount(HostBindMount.of("/mnt", parent).asReadOnly())
                .build());

    assertThat(SEALED.point().resolve("there")).exists();
    assertThat(SEALED.point().resolve("new")).doesNotExist();
    assertThat(outcome.stderr()).contains("Read-only file system");
  }

  /** Libvirt's binds are of one file system: it would make the target in what the mount covers. */
  @Test
  void a_target_in_another_mount_of_the_host_below_a_bind_is_refused() throws Exception {
    Path below = Files.createDirectory(SEALED.point().resolve("target"));
    String inGuest = "/mnt/" + SEALED.point().getFileName();
    InteractiveConfig.Builder config =
        Daemon.script("touch " + inGuest + "/target/own")
            .mount(HostBindMount.of("/mnt", SEALED.point().getParent().toString()));

    assertThatThrownBy(
            () -> DAEMON.start(config.mount(RamMount.of(inGuest + "/target", 4096)).build()))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("bind that mount there first");
    Outcome outcome =
        DAEMON.run(
            config
                .mounts(
                    List.of(
                        HostBindMount.of("/mnt", SEALED.point().getParent().toString()),
                        HostBindMount.of(inGuest, SEALED.point().toString()),
                        RamMount.of(inGuest + "/target", 4096)))
                .build());

    assertThat(outcome.stderr()).isEmpty();
    assertThat(below).isEmptyDirectory();
  }

  @Test
  void nothing_is_executed_from_a_mount_with_noexec() throws Exception {
    Path program = SEALED.point().resolve("true");
    Files.copy(Path.of("/bin/true"), program);

    Outcome outcome = DAEMON.sh(program.toString());

    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(126));
  }
}

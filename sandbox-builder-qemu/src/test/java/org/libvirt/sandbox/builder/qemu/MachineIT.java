package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.GuestBindMount;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.HostImageMount;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.ImageFormat;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.RamMount;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.console.ResourceUsage;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.LongOnMachines;
import org.libvirt.sandbox.contract.Outcome;

/** Programs in virtual machines on an embedded daemon. */
@Timeout(300)
final class MachineIT {
  private static final int MIB = 1 << 20;

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @TempDir Path directory;

  @Test
  void a_program_without_privileges_reaches_neither_the_machine_nor_the_host() throws Exception {
    String script =
        """
        grep -E '^(CapEff|CapBnd|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\\t' ' '
        cat /proc/1/comm
        ls /dev | grep -E '^(vport|mem|kmsg|ttyS|console)'
        ls -A /var/lib/libvirt-sandbox /var/lib/libvirt /etc/libvirt 2>/dev/null | grep -v :
        touch /anywhere 2>/dev/null || echo read-only
        touch /tmp/here && mount /dev/null /mnt 2>/dev/null || echo unmountable
        cat /etc/hostname
        """;

    Outcome outcome = DAEMON.run(Daemon.script(script).hostName("guest").build());

    assertThat(outcome.lines().stream().filter(line -> !line.isEmpty()))
        .containsExactly(
            "CapEff: 0000000000000000",
            "CapBnd: 0000000000000000",
            "NoNewPrivs: 1",
            "Seccomp: 2",
            "sandbox-reaper",
            "read-only",
            "unmountable",
            "guest");
  }

  @Test
  void mounts_of_each_kind_are_where_they_are_asked_for() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Path fixed = Files.createDirectory(directory.resolve("fixed"));
    Files.writeString(fixed.resolve("file"), "of the host\n");
    String script =
        """
        echo written > /srv/file
        cat /mnt/file
        echo no > /mnt/file || echo refused
        echo ram > /opt/a && cat /opt/a
        ls /media/UTC
        echo fresh > /tmp/deep/f && cat /tmp/deep/f
        """;
    var config =
        Daemon.script(script)
            .mount(HostBindMount.of("/srv", shared.toString()))
            .mount(HostBindMount.of("/mnt", fixed.toString()).asReadOnly())
            .mount(RamMount.of("/opt", MIB))
            .mount(GuestBindMount.of("/media", "/usr/share/zoneinfo"))
            .mount(HostBindMount.of("/tmp/deep", ""))
            .build();

    Outcome outcome = DAEMON.run(config);

    assertThat(outcome.lines())
        .containsExactly("of the host", "refused", "ram", "/media/UTC", "fresh");
    assertThat(shared.resolve("file")).hasContent("written");
  }

  @Test
  void includes_are_copies_in_each_kind_of_mount() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.writeString(shared.resolve("here"), "the host's");
    Path source = Files.writeString(directory.resolve("source"), "included\n");
    var config =
        Daemon.script("cat /opt/a/b /tmp/fresh/c /srv/here; echo mine > /srv/here; ls /opt/d")
            .mount(RamMount.of("/opt", MIB))
            .mount(HostBindMount.of("/tmp/fresh", ""))
            .mount(HostBindMount.of("/srv", shared.toString()))
            .include("/opt/a/b", source.toString())
            .include("/opt/d", shared.toString())
            .include("/tmp/fresh/c", source.toString())
            .include("/srv/here", source.toString())
            .build();

    Outcome outcome = DAEMON.run(config);

    assertThat(outcome)
        .isEqualTo(
            new Outcome(new ExitStatus.Exited(0), "included\nincluded\nincluded\nhere\n", ""));
    assertThat(shared.resolve("here")).hasContent("the host's");
  }

  @Test
  void what_is_written_to_an_image_and_a_disk_survives_the_machine() throws Exception {
    Path image = directory.resolve("image");
    Path disk = directory.resolve("disk");
    sparse(image, 32 * MIB);
    sparse(disk, MIB);
    assertThat(new ProcessBuilder("mkfs.ext4", "-q", image.toString()).start().waitFor()).isZero();
    var config =
        Daemon.script("echo kept > /srv/file; echo raw > /dev/disk/by-tag/data")
            .mount(HostImageMount.of("/srv", image.toString(), ImageFormat.RAW))
            .disk(Disk.ofFile("data", disk.toString(), ImageFormat.RAW))
            .build();

    Outcome written = DAEMON.run(config);
    Outcome read = DAEMON.run(config.toBuilder().command("/bin/cat", "/srv/file").build());

    assertThat(written).isEqualTo(new Outcome(new ExitStatus.Exited(0), "", ""));
    assertThat(read.stdout()).isEqualTo("kept\n");
    assertThat(Files.readAllBytes(disk)).startsWith("raw\n".getBytes(UTF_8));
  }

  private static void sparse(Path file, long size) throws Exception {
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(size);
    }
  }

  @Test
  void a_user_with_a_network_has_an_address_and_a_name_server_of_qemu() throws Exception {
    var config =
        Daemon.script(
                "id -u; id -g; echo $HOME; ip -4 -o addr show eth0 | grep -o 10.0.2.15/24;"
                    + " cat /etc/resolv.conf")
            .identity(new Identity(4711, 815, "somebody", "/tmp"))
            .network(Network.parse("dhcp"))
            .build();

    Outcome outcome = DAEMON.run(config);

    assertThat(outcome.lines())
        .containsExactly("4711", "815", "/tmp", "10.0.2.15/24", "nameserver 10.0.2.3");
  }

  @Test
  void an_image_without_a_file_system_is_told_of() throws Exception {
    Path image = directory.resolve("image");
    sparse(image, MIB);
    var config =
        Daemon.script("true")
            .mount(HostImageMount.of("/srv", image.toString(), ImageFormat.RAW))
            .build();

    assertThatThrownBy(() -> DAEMON.run(config))
        .isInstanceOf(ProgramNotStartedException.class)
        .hasMessageContaining("image for '/srv' has no file system that is known here");
  }

  @Test
  void a_program_that_needs_too_much_memory_is_killed_and_told_of() throws Exception {
    var config =
        InteractiveConfig.builder()
            .command("/usr/bin/tail", "/dev/zero")
            .resources(Resources.standard().withMemory(160L * MIB))
            .build();

    try (InteractiveContext sandbox = DAEMON.start(config)) {
      assertThat(sandbox.console().exited().get(120, SECONDS))
          .isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.MEMORY));
      assertThat(sandbox.console().usage()).map(ResourceUsage::outOfMemory).contains(true);
    }
  }

  @Test
  @LongOnMachines("one limit of several; a guest's test has it, too")
  void a_users_processes_are_limited_to_the_last_one() throws Exception {
    var config =
        Daemon.script("read go; while sleep 1000 & do echo one; done")
            .identity(new Identity(4711, 815, "somebody", "/tmp"))
            .resources(Resources.standard().withProcesses(5))
            .build();

    Outcome outcome = DAEMON.run(config, "go\n");

    // the shell is the fifth
    assertThat(outcome.lines()).hasSize(4);
    assertThat(outcome.stderr()).contains("Cannot fork");
  }

  @Test
  void memory_in_which_no_kernel_can_say_a_word_is_refused() {
    var config =
        Daemon.script("true").resources(Resources.standard().withMemory(40L * MIB)).build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("give --memory ");
  }

  @Test
  void targets_below_a_fresh_directory_are_made_in_it() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.writeString(shared.resolve("file"), "of the host\n");
    var config =
        Daemon.script("cat /mnt/x/file; echo ram > /mnt/y/z/f && cat /mnt/y/z/f; ls /mnt")
            .mount(HostBindMount.of("/mnt", ""))
            .mount(HostBindMount.of("/mnt/x", shared.toString()))
            .mount(RamMount.of("/mnt/y/z", MIB))
            .build();

    assertThat(DAEMON.run(config).lines()).containsExactly("of the host", "ram", "x", "y");
  }

  @Test
  void a_kernel_that_panics_is_told_of_with_its_words() {
    var config =
        Daemon.script("true").resources(Resources.standard().withMemory(72L * MIB)).build();

    assertThatThrownBy(() -> DAEMON.run(config))
        .isInstanceOfSatisfying(
            SandboxLostException.class,
            lost -> {
              assertThat(lost).hasMessageContaining("Kernel panic - not syncing");
              assertThat(lost.guestLog())
                  .hasValueSatisfying(log -> assertThat(log).contains("Kernel panic"));
            });
  }

  @Test
  void a_file_cannot_be_bound_by_9p() {
    var config =
        Daemon.script("true")
            .mount(HostBindMount.of("/mnt", "/etc/passwd"))
            .resources(Resources.standard().withSharing(FileSharing.NINE_P))
            .build();

    assertThatThrownBy(() -> DAEMON.start(config))
        .isInstanceOf(InvalidSandboxException.class)
        .hasMessageContaining("'/etc/passwd' is no directory");
  }

  @Test
  void a_program_that_is_asked_to_end_ends_while_its_machine_is_closed() {
    InteractiveContext sandbox =
        DAEMON.start(InteractiveConfig.builder().command("/bin/sleep", "1000").build());
    CompletableFuture<ExitStatus> exited = sandbox.console().exited();

    sandbox.close();

    assertThat(exited).succeedsWithin(Duration.ofSeconds(10));
  }
}

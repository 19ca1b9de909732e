package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a program is and what it can reach. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class IsolationTest {
  private static final int SENDMSG = System.getProperty("os.arch").equals("amd64") ? 46 : 211;
  private static final int UNAME = System.getProperty("os.arch").equals("amd64") ? 63 : 160;

  @TempDir Path directory;

  private final InitBuild build;

  IsolationTest(InitBuild build) {
    this.build = build;
  }

  private String stdoutOf(LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build)) {
      return guest.run(record).stdout();
    }
  }

  @Test
  void root_has_no_capability_unless_the_record_gives_it() throws Exception {
    assertThat(stdoutOf(LaunchRecord.shell("grep -E 'Cap|NoNew' /proc/self/status")).lines())
        .allMatch(line -> line.endsWith("\t0000000000000000") || line.equals("NoNewPrivs:\t1"));
  }

  @Test
  void a_user_keeps_the_capabilities_that_the_record_gives() throws Exception {
    var record =
        LaunchRecord.as(1000, 1000, "grep", "-E", "Cap|NoNew", "/proc/self/status")
            .capabilities(0x421)
            .numbers(23, 1);

    assertThat(stdoutOf(record).lines())
        .allMatch(line -> line.endsWith("\t0000000000000421") || line.equals("NoNewPrivs:\t0"));
  }

  @Test
  void ids_and_groups_are_the_records() throws Exception {
    var record = LaunchRecord.as(1000, 1001, "sh", "-c", "id -u; id -g; id -G").numbers(21, 7, 8);

    assertThat(stdoutOf(record)).isEqualTo("1000\n1001\n1001 7 8\n");
  }

  @Test
  void another_user_can_open_its_streams_by_name() throws Exception {
    assertThat(stdoutOf(LaunchRecord.as(1000, 1000, "sh", "-c", "echo hi >/dev/stdout")))
        .isEqualTo("hi\n");
  }

  @Test
  void proc_is_guarded_against_root() throws Exception {
    var script =
        "for f in sys/kernel/core_pattern sysrq-trigger; do"
            + " (: >/proc/$f) 2>/dev/null && echo wrote $f; done; cat /proc/keys /proc/timer_list;"
            + " cat /proc/slabinfo /proc/pagetypeinfo; ls /proc/pressure; ls /sys/kernel/slab;"
            + " (: >/sys/kernel/uevent_helper) 2>/dev/null && echo wrote sys; ls /sys/fs/cgroup;"
            + " chmod 777 /dev/null 2>/dev/null && echo changed /dev";

    assertThat(stdoutOf(LaunchRecord.shell(script))).isEmpty();
  }

  @Test
  void a_user_namespace_gives_no_whole_proc() throws Exception {
    var script =
        "mount -t proc p /mnt && echo mounted; umount /proc/keys && echo bared; cat /proc/keys";

    assertThat(stdoutOf(LaunchRecord.as(1000, 1000, "unshare", "-Urpfm", "sh", "-c", script)))
        .isEmpty();
  }

  @Test
  void the_supervisor_is_not_to_be_seen() throws Exception {
    assertThat(stdoutOf(LaunchRecord.shell("echo /proc/[0-9]*; cat /proc/1/comm")))
        .matches("/proc/1 /proc/\\d+\nsandbox-reaper\n");
  }

  @Test
  void the_domains_own_terminal_is_masked_and_once_is_enough() throws Exception {
    var script = "stat -c '%t %T' /dev/console; grep -c ' /dev/console ' /proc/self/mountinfo";

    assertThat(stdoutOf(LaunchRecord.shell(script))).isEqualTo("1 3\n1\n");
  }

  @Test
  void masks_and_files_stand_where_the_record_says() throws Exception {
    var record =
        LaunchRecord.shell(
                "cat /etc/passwd /etc/hostname; ls /usr/share; cat /tmp/a/b; (: >/tmp/a/b) 2>/dev/null"
                    + " && echo wrote; stat -fc %T /tmp; touch /dev/shm/x && echo shm")
            .tmpfs(1 << 20, 01777, "/tmp")
            .tmpfs(1 << 20, 01777, "/dev/shm")
            .mask("/etc/passwd")
            .mask("/usr/share")
            .mask("/not/there")
            .file(0444, "/etc/hostname", "guest\n")
            .file(0444, "/tmp/a/b", "made\n");

    assertThat(stdoutOf(record)).isEqualTo("guest\nmade\ntmpfs\nshm\n");
  }

  @Test
  void mounts_get_the_flags_of_the_record_and_no_others() throws Exception {
    var record =
        LaunchRecord.shell(
                "for m in / /tmp /var/tmp; do"
                    + " awk -v m=$m '$5 == m { print $6 }' /proc/self/mountinfo | tail -n 1; done;"
                    + " cp /bin/true /tmp && /tmp/true; echo $?")
            .flags(3, "/")
            .tmpfs(1 << 20, 01777, "/tmp")
            .flags(4, "/tmp")
            .tmpfs(1 << 20, 01777, "/var/tmp")
            .flags(8, "/var/tmp");

    assertThat(stdoutOf(record).lines())
        .containsExactly(
            "rw,nosuid,nodev,relatime",
            "rw,nosuid,nodev,noexec,relatime",
            "ro,nosuid,nodev,relatime",
            "126");
  }

  @Test
  void a_socket_is_masked() throws Exception {
    Path socket = directory.toRealPath().resolve("socket");
    try (var bound = bind(socket)) {
      var record = LaunchRecord.of("stat", "-c", "%F", socket.toString()).socket(socket.toString());

      assertThat(stdoutOf(record)).isEqualTo("character special file\n");
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void what_took_a_sockets_place_is_not_masked() throws Exception {
    Path real = directory.toRealPath();
    Path kept = Files.createDirectory(real.resolve("kept"));
    Path file = Files.writeString(kept.resolve("file"), "there");
    Path link = Files.createSymbolicLink(real.resolve("link"), kept);
    try (var bound = bind(kept.resolve("socket"))) {
      Path socketLink = Files.createSymbolicLink(real.resolve("s"), kept.resolve("socket"));
      var record =
          LaunchRecord.shell("cat " + file + "; stat -c %F " + kept.resolve("socket"))
              .socket(link.toString())
              .socket(kept.toString())
              .socket(file.toString())
              .socket(socketLink.toString())
              .socket(link.resolve("socket").toString())
              .socket(real.resolve("missing").toString());

      assertThat(stdoutOf(record)).isEqualTo("theresocket\n");
      assertThat(bound.isOpen()).isTrue();
    }
  }

  @Test
  void a_directory_of_sockets_is_masked_unless_a_link_took_its_place() throws Exception {
    Path real = directory.toRealPath();
    Path crowd = Files.createDirectory(real.resolve("crowd"));
    Path kept = Files.createDirectory(real.resolve("kept"));
    Files.createFile(crowd.resolve("hidden"));
    Files.createFile(kept.resolve("seen"));
    Path link = Files.createSymbolicLink(real.resolve("link"), kept);
    var record =
        LaunchRecord.of("ls", crowd.toString(), kept.toString())
            .sockets(crowd.toString())
            .sockets(link.toString())
            .sockets(kept.resolve("seen").toString());

    assertThat(stdoutOf(record)).isEqualTo(crowd + ":\n\n" + kept + ":\nseen\n");
  }

  private static ServerSocketChannel bind(Path name) throws Exception {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(name));
  }

  @Test
  void what_a_masked_link_leads_to_is_masked() throws Exception {
    Path real = directory.toRealPath();
    Path hidden = Files.createDirectory(real.resolve("hidden"));
    Path file = Files.writeString(real.resolve("file"), "secret");
    Files.createFile(hidden.resolve("entry"));
    Path link = Files.createSymbolicLink(real.resolve("link"), hidden);
    Path fileLink = Files.createSymbolicLink(real.resolve("file-link"), file);
    var record =
        LaunchRecord.shell("ls " + hidden + " " + link + "/; cat " + file + " " + fileLink)
            .mask(link.toString())
            .mask(fileLink.toString());

    assertThat(stdoutOf(record)).isEqualTo(hidden + ":\n\n" + link + "/:\n");
  }

  @Test
  void a_file_that_nobody_may_read_hides_a_directory_that_is_there_in_its_place() throws Exception {
    Path hidden = Files.createDirectory(directory.toRealPath().resolve("hidden"));
    Files.writeString(hidden.resolve("file"), "secret");
    Files.writeString(directory.resolve("single"), "secret");
    String single = directory.toRealPath().resolve("single").toString();
    var record =
        LaunchRecord.shell("ls " + hidden + "; stat -c %a " + single + "; cat " + single)
            .file(0, hidden.toString(), "")
            .file(0, single, "");

    assertThat(stdoutOf(record)).isEqualTo("0\n");
  }

  /** What docs/security.md says of covered files: the kernel takes a cover off with its place. */
  @Test
  void a_mask_is_lost_where_the_host_puts_another_file_and_holds_in_a_masked_directory()
      throws Exception {
    Path real = directory.toRealPath();
    Path file = Files.writeString(real.resolve("file"), "old");
    Path covered = Files.createDirectory(real.resolve("covered"));
    Path inside = Files.writeString(covered.resolve("file"), "old");
    var record =
        LaunchRecord.shell("cat %1$s; echo .; read go; cat %1$s; cat %2$s".formatted(file, inside))
            .mask(file.toString())
            .mask(covered.toString());

    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, record);
      String before = guest.readUntil(0, Frame.STDOUT, "\n");
      for (Path path : List.of(file, inside)) {
        Path made = Files.writeString(real.resolve("made"), "new");
        Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      }
      guest.stdin(0, "go\n");
      guest.stdin(0, "");

      assertThat(before).isEqualTo(".\n");
      assertThat(guest.outcome(0).stdout()).isEqualTo("new");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void the_seccomp_program_of_the_record_counts(int privileges) throws Exception {
    var record =
        LaunchRecord.shell("uname -s; echo $?").numbers(23, privileges).item(27, refusalOf(UNAME));

    assertThat(stdoutOf(record)).isEqualTo("1\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void a_failing_start_is_told_though_the_programs_filter_refuses_the_calls_of_sockets(
      int privileges) throws Exception {
    var record =
        LaunchRecord.of("/no/such/program").numbers(23, privileges).item(27, refusalOf(SENDMSG));

    try (var guest = Guest.greeted(build)) {
      guest.start(0, record);

      assertThat(guest.await(Frame.ERROR, 0).text(8)).contains("/no/such/program");
    }
  }

  /** A program that answers one system call with EPERM and allows the others. */
  private static byte[] refusalOf(int number) {
    var program = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
    instruction(program, 0x20, 0, 0, 0); // load the system call's number
    instruction(program, 0x15, 0, 1, number); // equal: go on, else skip one
    instruction(program, 0x06, 0, 0, 0x00050001); // SECCOMP_RET_ERRNO, EPERM
    instruction(program, 0x06, 0, 0, 0x7fff0000); // SECCOMP_RET_ALLOW
    return program.array();
  }

  private static void instruction(ByteBuffer program, int code, int then, int other, int value) {
    program.putShort((short) code).put((byte) then).put((byte) other).putInt(value);
  }
}

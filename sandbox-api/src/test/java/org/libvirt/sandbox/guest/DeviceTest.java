package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sandbox's own /dev holds, and the flags of mounts. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class DeviceTest {
  /** A disk, as libvirt makes one; null's number opens without any hardware. */
  private static final String DISK = "mknod -m 600 /dev/sda c 1 3\n";

  @TempDir Path directory;

  private final InitBuild build;

  DeviceTest(InitBuild build) {
    this.build = build;
  }

  private String stdoutOf(LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, DISK)) {
      return guest.run(record).stdout();
    }
  }

  private String failure(LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, DISK)) {
      return guest.refusalOf(record).text(8);
    }
  }

  @Test
  void a_directory_of_tags_is_there_without_disks() throws Exception {
    assertThat(stdoutOf(LaunchRecord.shell("stat -c '%n %a %u' /dev/disk /dev/disk/by-tag")))
        .isEqualTo("/dev/disk 755 0\n/dev/disk/by-tag 755 0\n");
  }

  @Test
  void a_disk_has_its_tag_its_owner_and_its_mode() throws Exception {
    var record =
        LaunchRecord.as(7, 8, "sh", "-c", "stat -Lc '%a %u:%g %t' /dev/disk/by-tag/t; cat /dev/sda")
            .link("../../sda", "/dev/disk/by-tag/t")
            .owner(7, 8, 0640, "/dev/sda")
            .link("../../sda", "/dev/disk/by-tag/t");

    assertThat(stdoutOf(record)).isEqualTo("640 7:8 1\n");
  }

  @Test
  void a_link_makes_its_directories_and_stands_in_a_tmpfs() throws Exception {
    var record =
        LaunchRecord.shell("readlink /mnt/a/b; stat -c %a /mnt/a")
            .tmpfs(1 << 20, 0755, "/mnt")
            .link("/anywhere at all", "/mnt/a/b");

    assertThat(stdoutOf(record)).isEqualTo("/anywhere at all\n755\n");
  }

  @Test
  void a_link_takes_no_others_place_and_none_outside() throws Exception {
    Path outside = directory.toRealPath().resolve("link");

    assertThat(failure(LaunchRecord.of("true").link("x", "/dev/null")))
        .isEqualTo("cannot make the link '/dev/null': File exists");
    assertThat(failure(LaunchRecord.of("true").link("x", "/dev/l").link("y", "/dev/l")))
        .isEqualTo("cannot make the link '/dev/l': File exists");
    assertThat(failure(LaunchRecord.of("true").link("x", outside.toString())))
        .isEqualTo("cannot make the link '" + outside + "': Read-only file system");
    assertThat(Files.exists(outside)).isFalse();
  }

  @Test
  void only_what_lies_in_dev_itself_gets_an_owner() throws Exception {
    Path file = Files.createFile(directory.toRealPath().resolve("file"));

    assertThat(failure(LaunchRecord.of("true").owner(1, 1, 0600, "/dev/sdb")))
        .isEqualTo("cannot open '/dev/sdb' to give it an owner: No such file or directory");
    assertThat(failure(LaunchRecord.of("true").link(file + "", "/dev/l").owner(1, 1, 0, "/dev/l")))
        .startsWith("cannot open '/dev/l' to give it an owner");
    assertThat(
            failure(
                LaunchRecord.of("true")
                    .tmpfs(4096, 0755, "/dev/shm")
                    .owner(1, 1, 0600, "/dev/shm")))
        .startsWith("'/dev/shm' is not the sandbox's own");
    assertThat(failure(LaunchRecord.of("true").owner(1, 1, 0600, "/dev/.." + file)))
        .startsWith("'/dev/.." + file + "' is not the sandbox's own");
    assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(0);
  }

  @Test
  void flags_go_to_the_topmost_of_several_mounts() throws Exception {
    var record =
        LaunchRecord.shell("awk '$5 == \"/mnt\" { print $6 }' /proc/self/mountinfo")
            .flags(16 + 1 + 2, "/mnt");
    var stacked = "mount -t tmpfs a /mnt\nmount -t tmpfs b /mnt\n";

    try (var guest = Guest.greeted(build, stacked)) {
      assertThat(guest.run(record).stdout()).isEqualTo("rw,relatime\nrw,nosuid,nodev,relatime\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/not/there", "/usr", "/etc/passwd"})
  void flags_of_a_required_mount_are_not_passed_over(String path) throws Exception {
    assertThat(stdoutOf(LaunchRecord.of("echo", "ran").flags(3, path))).isEqualTo("ran\n");
    assertThat(failure(LaunchRecord.of("true").flags(19, path)))
        .startsWith("cannot set the flags of '" + path + "'");
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 8, 9, 10})
  void items_that_are_cut_short_are_refused(int tag) throws Exception {
    for (int size = 0; size < 14; size++) {
      byte[] value = new byte[size];
      Arrays.fill(value, (byte) '/');
      assertThat(failure(LaunchRecord.of("true").item(tag, value))).contains(" take");
    }
  }

  @Test
  void items_with_wrong_paths_ids_and_modes_are_refused() throws Exception {
    String copy = "COPY and COVER take an owner, a path below /dev/sandbox and an absolute path";
    String from = "/dev/sandbox/a";

    assertThat(failure(LaunchRecord.of("true").copy(0, 0, from, "t"))).isEqualTo(copy);
    assertThat(failure(LaunchRecord.of("true").copy(0, 0, from, ""))).isEqualTo(copy);
    assertThat(failure(LaunchRecord.of("true").cover(0, 0, "/etc", "/t"))).isEqualTo(copy);
    assertThat(failure(LaunchRecord.of("true").cover(0, 0, "/dev/sandbox/", "/t"))).isEqualTo(copy);
    assertThat(failure(LaunchRecord.of("true").copy(-1, 0, from, "/t"))).isEqualTo(copy);
    assertThat(failure(LaunchRecord.of("true").copy(0, -1, from, "/t"))).isEqualTo(copy);
    assertThat(failure(LaunchRecord.of("true").copy(0, 0, from, "/\0"))).isEqualTo(copy);
    assertThat(failure(LaunchRecord.of("true").link("", "/dev/l"))).startsWith("LINK takes");
    assertThat(failure(LaunchRecord.of("true").link("a\0", "/dev/l"))).startsWith("LINK takes");
    assertThat(failure(LaunchRecord.of("true").link("a", "l"))).startsWith("LINK takes");
    assertThat(failure(LaunchRecord.of("true").owner(0, 0, 0, "/etc/a"))).startsWith("OWNER takes");
    assertThat(failure(LaunchRecord.of("true").owner(-1, 0, 0, "/dev/a")))
        .startsWith("OWNER takes");
    assertThat(failure(LaunchRecord.of("true").owner(0, 0, 01777, "/dev/a")))
        .isEqualTo("OWNER: the mode is above 0777");
    assertThat(failure(LaunchRecord.of("true").flags(32, "/"))).startsWith("MOUNT_FLAGS takes");
  }
}

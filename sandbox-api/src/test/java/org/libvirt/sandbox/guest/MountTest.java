package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mounts of machines, as far as they need none. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class MountTest {
  private static final int READ_ONLY = 8;
  private static final int IMAGE = 3;
  private static final int BIND = 4;

  private final InitBuild build;

  MountTest(InitBuild build) {
    this.build = build;
  }

  private String stdoutOf(LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, "")) {
      return guest.run(record).stdout();
    }
  }

  private String failure(LaunchRecord record) throws Exception {
    try (var guest = Guest.greeted(build, "")) {
      return guest.refusalOf(record).text(8);
    }
  }

  @Test
  void a_bind_shows_what_is_elsewhere_in_the_sandbox_with_its_own_flags() throws Exception {
    var record =
        LaunchRecord.shell("touch /srv/a /mnt/b; ls /mnt; findmnt -no OPTIONS /mnt | cut -d, -f1")
            .tmpfs(1 << 20, 0755, "/srv")
            .mount(READ_ONLY, BIND, "/srv", "/mnt");

    assertThat(stdoutOf(record)).isEqualTo("a\nro\n");
  }

  @Test
  void a_target_that_is_missing_is_made_in_a_tmpfs() throws Exception {
    var record =
        LaunchRecord.shell("test -e /srv/deep/down/passwd && echo there")
            .tmpfs(1 << 20, 0755, "/srv")
            .mount(0, BIND, "/etc", "/srv/deep/down");

    assertThat(stdoutOf(record)).isEqualTo("there\n");
  }

  @Test
  void a_target_that_cannot_be_made_is_told_of() throws Exception {
    assertThat(failure(LaunchRecord.of("true").mount(0, BIND, "/etc", "/nowhere/at/all")))
        .startsWith("the mount target '/nowhere/at/all' cannot be had");
  }

  @Test
  void a_source_that_is_missing_is_told_of() throws Exception {
    assertThat(failure(LaunchRecord.of("true").mount(0, BIND, "/nowhere", "/mnt")))
        .startsWith("cannot bind '/nowhere' to '/mnt'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/proc", "/proc/sys", "/sys", "/sys/kernel"})
  void what_is_covered_in_the_kernels_own_file_systems_is_not_bared_by_a_bind(String source)
      throws Exception {
    assertThat(failure(LaunchRecord.of("true").mount(0, BIND, source, "/mnt")))
        .isEqualTo(
            "'%s' leads to /proc or /sys, which are not bound to '/mnt': Operation not permitted"
                .formatted(source));
  }

  @Test
  void an_image_without_a_file_system_is_told_of() throws Exception {
    assertThat(failure(LaunchRecord.of("true").mount(0, IMAGE, "/dev/zero", "/mnt")))
        .startsWith("the image for '/mnt' has no file system that is known here");
  }

  @ParameterizedTest
  @CsvSource({
    "32, 4, /etc, /mnt",
    "16, 4, /etc, /mnt",
    "0, 0, /etc, /mnt",
    "0, 5, /etc, /mnt",
    "0, 1, '', /mnt",
    "0, 3, vda, /mnt",
    "0, 4, etc, /mnt",
    "0, 4, /etc, mnt",
    "0, 4, /etc, ''",
  })
  void a_mount_with_a_wrong_part_is_refused(int flags, int kind, String source, String target)
      throws Exception {
    assertThat(failure(LaunchRecord.of("true").mount(flags, kind, source, target)))
        .isEqualTo("MOUNT takes flags, a kind, a source and an absolute path");
  }

  @Test
  void a_mount_that_is_cut_short_is_refused() throws Exception {
    for (int size = 0; size < 14; size++) {
      assertThat(failure(LaunchRecord.of("true").item(30, new byte[size])))
          .startsWith("MOUNT takes");
    }
  }
}

package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HostMountTest {
  @Test
  void a_line_of_the_kernel_is_read() {
    HostMount mount =
        HostMount.parse(
            "36 35 98:0 /mnt1 /mnt2 rw,noatime,nosuid master:1 - ext3 /dev/root rw,errors=continue");

    assertThat(mount)
        .isEqualTo(
            new HostMount(
                Path.of("/mnt2"), "98:0", Path.of("/mnt1"), Set.of("rw", "noatime", "nosuid")));
  }

  @Test
  void escaped_characters_are_what_they_stand_for() {
    HostMount mount =
        HostMount.parse("36 35 98:0 /a\\134b /two\\040words\\011tab\\012line rw - ext4 none rw");

    assertThat(mount.point()).isEqualTo(Path.of("/two words\ttab\nline"));
    assertThat(mount.root()).isEqualTo(Path.of("/a\\b"));
  }

  @Test
  void the_longest_mount_point_above_a_path_holds_it() {
    List<HostMount> mounts = List.of(mount("/", "1"), mount("/srv", "2"), mount("/srv/data", "3"));

    assertThat(HostMount.holding(mounts, Path.of("/srv/data/file"))).contains(mounts.get(2));
    assertThat(HostMount.holding(mounts, Path.of("/srv/database"))).contains(mounts.get(1));
    assertThat(HostMount.holding(mounts, Path.of("/home"))).contains(mounts.get(0));
  }

  @Test
  void the_uppermost_of_several_mounts_at_one_point_holds_a_path() {
    List<HostMount> mounts = List.of(mount("/", "1"), mount("/srv", "2"), mount("/srv", "3"));

    assertThat(HostMount.holding(mounts, Path.of("/srv/file"))).contains(mounts.get(2));
  }

  @Test
  void the_mounts_of_this_host_begin_at_its_root() throws Exception {
    List<HostMount> mounts = HostMount.readAll();

    assertThat(mounts).anyMatch(mount -> mount.point().equals(Path.of("/proc")));
    assertThat(HostMount.holding(mounts, Path.of("/"))).isPresent();
  }

  private static HostMount mount(String point, String device) {
    return new HostMount(Path.of(point), device, Path.of("/"), Set.of("rw"));
  }
}

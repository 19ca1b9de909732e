package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PidsHierarchyTest {
  private static final String ROOT = "22 1 8:1 / / rw - ext4 /dev/sda rw";
  private static final String OLD =
      "31 2 0:26 %s /sys/fs/cgroup/%s rw shared:9 - cgroup cgroup rw,%s";
  private static final String NEW =
      "30 2 0:25 %s %s rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate";

  @Test
  void an_old_hierarchy_with_the_controller_is_preferred() {
    var hierarchy =
        PidsHierarchy.find(
                List.of(
                    ROOT,
                    NEW.formatted("/", "/sys/fs/cgroup/unified"),
                    OLD.formatted("/", "memory", "memory"),
                    OLD.formatted("/", "cpu,pids", "cpu,pids")))
            .orElseThrow();

    assertThat(hierarchy.isUnified()).isFalse();
    assertThat(hierarchy.groupIn(List.of("3:memory:/a", "2:cpu,pids:/b/c", "0::/d")))
        .contains(Path.of("/sys/fs/cgroup/cpu,pids/b/c"));
  }

  @Test
  void the_unified_hierarchy_serves_where_there_is_no_other() {
    var hierarchy =
        PidsHierarchy.find(List.of(ROOT, NEW.formatted("/", "/sys/fs/cgroup"))).orElseThrow();

    assertThat(hierarchy.isUnified()).isTrue();
    assertThat(hierarchy.groupIn(List.of("0::/machine.slice/x:y")))
        .contains(Path.of("/sys/fs/cgroup/machine.slice/x:y"));
  }

  @Test
  void a_group_is_found_below_what_is_mounted_and_not_beside_it() {
    var hierarchy =
        PidsHierarchy.find(List.of(OLD.formatted("/inner", "pids", "pids"))).orElseThrow();

    assertThat(hierarchy.groupIn(List.of("2:pids:/inner/a")))
        .contains(Path.of("/sys/fs/cgroup/pids/a"));
    assertThat(hierarchy.groupIn(List.of("2:pids:/inner")))
        .contains(Path.of("/sys/fs/cgroup/pids"));
    assertThat(hierarchy.groupIn(List.of("2:pids:/outer"))).isEmpty();
    assertThat(hierarchy.groupIn(List.of("2:memory:/inner"))).isEmpty();
  }

  @Test
  void a_group_outside_of_a_cgroup_namespace_is_not_found() {
    var hierarchy = PidsHierarchy.find(List.of(OLD.formatted("/", "pids", "pids"))).orElseThrow();

    assertThat(hierarchy.groupIn(List.of("2:pids:/.."))).isEmpty();
    assertThat(hierarchy.groupIn(List.of("2:pids:/../other"))).isEmpty();
  }

  @Test
  void a_host_without_cgroups_has_none() {
    assertThat(PidsHierarchy.find(List.of(ROOT))).isEmpty();
  }
}

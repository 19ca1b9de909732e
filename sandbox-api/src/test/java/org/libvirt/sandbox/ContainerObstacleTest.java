package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContainerObstacleTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "0, 000001ffffffffff, 0 0 4294967295, none",
        "1000, 0000000000000000, 0 0 4294967295, this user is not root",
        "0, 00000000a80425fb, 0 0 4294967295, this root lacks the capability CAP_SYS_ADMIN",
        "0, 000001ffffffffff, 0 1000 1, this root is that of a user namespace",
      })
  void what_is_missing_for_containers_is_named(
      String uid, String capabilities, String users, String obstacle) {
    List<String> status =
        List.of("Name:\tjava", "Uid:\t7\t" + uid + "\t7\t7", "CapEff:\t" + capabilities);

    ProcessRights rights = new ProcessRights(status, "  " + users.replace(" ", "   ") + "\n");

    assertThat(ContainerObstacle.of(rights).orElse(null)).isEqualTo(obstacle);
  }

  @Test
  void cgroups_of_either_version_must_be_there(@TempDir Path directory) throws IOException {
    assertThat(ContainerObstacle.ofCgroups(directory)).isPresent();

    Path devices = Files.createDirectory(directory.resolve("devices"));
    assertThat(ContainerObstacle.ofCgroups(directory)).isPresent();
    Files.createFile(devices.resolve("tasks"));
    assertThat(ContainerObstacle.ofCgroups(directory)).isEmpty();

    Files.delete(devices.resolve("tasks"));
    Files.createFile(directory.resolve("cgroup.procs"));
    assertThat(ContainerObstacle.ofCgroups(directory)).isEmpty();
  }
}

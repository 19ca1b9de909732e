package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    assertThat(ContainerObstacle.of(status, "  " + users.replace(" ", "   ") + "\n").orElse(null))
        .isEqualTo(obstacle);
  }
}

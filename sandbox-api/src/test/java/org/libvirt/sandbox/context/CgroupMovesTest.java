package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupMovesTest {
  private static final int LONG_ENOUGH = 20_000;

  @Test
  void one_thread_moves_to_where_it_is_and_ends() throws Exception {
    List<String> before = groups();

    CgroupMoves.expect();
    CgroupMoves.expect();

    List<Thread> movers = movers();
    assertThat(movers).hasSize(1);
    movers.get(0).join(LONG_ENOUGH);
    assertThat(movers()).isEmpty();
    assertThat(groups()).isEqualTo(before);
  }

  @Test
  void moves_can_be_expected_again() throws Exception {
    CgroupMoves.expect();
    for (Thread mover : movers()) {
      mover.join(LONG_ENOUGH);
    }

    CgroupMoves.expect();

    assertThat(movers()).hasSize(1);
  }

  private static List<Thread> movers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(CgroupMoves.THREAD))
        .toList();
  }

  private static List<String> groups() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/cgroup"));
  }
}

package org.libvirt.sandbox.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CgroupMovesTest {
  private static final int LONG_ENOUGH = 20_000;

  @Test
  void one_thread_moves_to_where_it_is_and_ends() throws Exception {
    CgroupMoves.expect();
    CgroupMoves.expect();

    List<Thread> movers = movers();
    assertThat(movers).hasSize(1);
    assertThat(groupsWhileAlive(movers.get(0))).isNotEmpty().containsOnly(ownGroups());
    movers.get(0).join(LONG_ENOUGH);
    assertThat(movers()).isEmpty();
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

  /** As often as they can be read until the thread has ended. */
  private static List<List<String>> groupsWhileAlive(Thread thread) throws IOException {
    List<List<String>> all = new ArrayList<>();
    while (thread.isAlive()) {
      try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
        tasks.flatMap(task -> groupsOfMover(task).stream()).forEach(all::add);
      }
    }
    return all;
  }

  private static Optional<List<String>> groupsOfMover(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip().equals(CgroupMoves.THREAD)
          ? Optional.of(Files.readAllLines(task.resolve("cgroup")))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // it has ended meanwhile
    }
  }

  private static List<String> ownGroups() throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/cgroup"));
  }
}

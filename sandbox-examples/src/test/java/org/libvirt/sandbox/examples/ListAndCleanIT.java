package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.examples.Shell.Outcome;

/** Looking at sandboxes, and after them, from another terminal. */
final class ListAndCleanIT {
  private final Traces traces = new Traces();

  @Test
  void a_sandbox_is_listed_while_it_runs_and_clean_leaves_it_alone() {
    try (var shell = Shell.start("exec virt-sandbox -n \"$1\" -- cat", traces.name())) {
      await()
          .atMost(Shell.LIMIT)
          .untilAsserted(
              () ->
                  assertThat(Shell.run("virt-sandbox list -q").out().lines())
                      .contains(traces.name()));

      var table = Shell.run("virt-sandbox list").out();
      var json = Shell.run("virt-sandbox list --format json").out();
      var cleaned = Shell.run("virt-sandbox clean");
      shell.type("still here\n");
      shell.endInput();

      assertThat(table.lines().findFirst().orElseThrow()).matches("NAME +UUID +PID +SINCE +URI");
      assertThat(table.lines().filter(line -> line.startsWith(traces.name() + " ")))
          .singleElement()
          .asString()
          .matches(
              traces.name()
                  + " +[-0-9a-f]{36} +"
                  + shell.process().pid()
                  + " +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +lxc\\S+");
      assertThat(json)
          .startsWith("[{\"name\":\"")
          .contains("{\"name\":\"" + traces.name() + "\",\"uuid\":\"");
      assertThat(cleaned).extracting(Outcome::status, Outcome::err).containsExactly(0, "");
      assertThat(shell.await()).isEqualTo(new Outcome(0, "still here\n", ""));
    }
    assertThat(Shell.run("virt-sandbox list -q").out().lines()).doesNotContain(traces.name());
  }

  @Test
  void what_dead_ones_have_left_is_removed_and_told() throws IOException {
    UUID dead = UUID.randomUUID();
    Files.createDirectories(HostDirectories.state().resolve(dead.toString()));

    var cleaned = Shell.run("virt-sandbox clean");

    // a start of another process may have been faster; then there is nothing to tell
    assertThat(cleaned.status()).isZero();
    assertThat(HostDirectories.state().resolve(dead.toString())).doesNotExist();
    assertThat(cleaned.out().lines()).allMatch(line -> line.matches("removed (daemon|sandbox) .+"));
  }

  @Test
  void a_program_may_have_the_name_of_a_command() {
    var ran = Shell.run("virt-sandbox -- list; virt-sandbox -T clean");

    assertThat(ran.status()).isEqualTo(127);
    assertThat(ran.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("'list'"),
            line -> assertThat(line).contains("'clean'"));
  }
}

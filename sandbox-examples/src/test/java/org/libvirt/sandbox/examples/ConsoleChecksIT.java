package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checks 51, 57 and 58 in containers. */
final class ConsoleChecksIT extends ConsoleChecks {
  @RegisterExtension static final CommandLines COMMAND_LINES = CommandLines.inContainers();

  @Override
  CheckedPlace place() {
    return COMMAND_LINES;
  }

  @ParameterizedTest
  @ValueSource(strings = {"-l", "--shell"})
  void check_57_a_shell_beside_the_program_changes_nothing_for_it(String option) {
    var ran = Shell.run("virt-sandbox \"$1\" -- /bin/sh -c 'echo out; exit 4'", option);

    assertThat(ran).isEqualTo(new Shell.Outcome(4, "out\n", ""));
  }
}

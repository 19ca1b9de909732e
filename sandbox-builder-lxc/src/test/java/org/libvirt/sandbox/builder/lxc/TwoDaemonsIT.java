package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

@Timeout(120)
final class TwoDaemonsIT {
  @RegisterExtension static final Daemon ONE = new Daemon();
  @RegisterExtension static final Daemon OTHER = new Daemon();

  private static final InteractiveConfig TWIN =
      InteractiveConfig.builder().name("behave-twin").command("/bin/cat").build();

  @Test
  void sandboxes_of_one_name_have_cgroups_of_their_own() {
    ONE.start(TWIN);
    OTHER.start(TWIN);

    List<Path> ofOne = ONE.traces().cgroups(TWIN.name());
    List<Path> ofOther = OTHER.traces().cgroups(TWIN.name());

    assertThat(ofOne).isNotEmpty().doesNotContainAnyElementsOf(ofOther);
    assertThat(ofOther).hasSameSizeAs(ofOne);
    assertThat(ONE.traces().sandboxProcesses()).filteredOn("/bin/cat "::equals).hasSize(1);
    assertThat(OTHER.traces().sandboxProcesses()).filteredOn("/bin/cat "::equals).hasSize(1);
  }

  @Test
  void ending_a_sandbox_leaves_its_namesake_running() throws Exception {
    InteractiveContext one = ONE.start(TWIN);
    InteractiveContext other = OTHER.start(TWIN);

    one.close();

    assertThat(ONE.traces().of(TWIN.name(), one.uuid())).isEmpty();
    other.console().stdin().write("alive".getBytes(UTF_8));
    other.console().stdin().close();
    assertThat(other.console().stdout().readAllBytes()).asString(UTF_8).isEqualTo("alive");
    assertThat(other.console().exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
  }
}

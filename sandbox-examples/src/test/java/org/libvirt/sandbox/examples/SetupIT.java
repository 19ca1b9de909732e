package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.examples.Shell.Outcome;

/** Holding the host's services while packages are installed; all files of it are this test's. */
final class SetupIT {
  private static final String OWN = "#!/bin/sh\nexit 104\n";

  @TempDir private Path directory;

  @Test
  void what_a_killed_installation_holds_is_free_at_the_next_start() {
    setup("hold_services; kill -KILL $$");
    assertThat(services()).isExecutable().content().contains("exit 101");

    var next = setup("require sh");

    assertThat(next).isEqualTo(new Outcome(0, "", ""));
    assertThat(services()).doesNotExist();
  }

  @Test
  void the_hosts_own_policy_is_back_after_a_killed_installation() throws IOException {
    Files.writeString(services(), OWN);
    setup("hold_services; kill -KILL $$");
    assertThat(services()).content().contains("exit 101");

    setup("require sh");

    assertThat(services()).hasContent(OWN);
  }

  @Test
  void an_installation_that_goes_on_is_left_alone() {
    var other = setup("exec 8>\"$install_lock\"; flock 8; hold_services; require sh");

    assertThat(other).isEqualTo(new Outcome(0, "", ""));
    assertThat(services()).content().contains("exit 101");
  }

  @Test
  void the_policy_of_somebody_else_is_left_alone() throws IOException {
    Files.writeString(services(), OWN);

    setup("require sh");

    assertThat(services()).hasContent(OWN);
  }

  @Test
  void a_virtual_machine_gets_the_distributions_kernel_where_there_is_none() throws IOException {
    Path manager = directory.resolve("apt-get");
    Files.writeString(manager, "#!/bin/sh\necho \"$@\" >>\"${0%/*}/asked\"\nexit 100\n");
    assertThat(manager.toFile().setExecutable(true)).isTrue();

    var outcome =
        Shell.run(
            """
            exec unshare --mount sh -c 'mount -t tmpfs none /boot && mount -t tmpfs none /lib/modules &&
                PATH=$1:$PATH exec virt-sandbox -c qemu:///system -- /bin/true' sh "$1"
            """,
            directory.toString());

    assertThat(outcome.err()).contains("virt-sandbox: the installation failed");
    assertThat(outcome.status()).isEqualTo(125);
    assertThat(directory.resolve("asked"))
        .content()
        .containsPattern("--no-install-recommends .*install linux-image-[a-z0-9]+\\n");
  }

  private Path services() {
    return directory.resolve("policy-rc.d");
  }

  private Outcome setup(String script) {
    return Shell.run(
        """
        program=setup failure=1 root=$1
        . "$1/bin/setup.sh"
        services=$2/policy-rc.d saved_services=$2/policy-rc.d.saved install_lock=$2/lock
        eval "$3"
        """,
        Checkout.root().toString(),
        directory.toString(),
        script);
  }
}

package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.InvalidSandboxException;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.contract.Outcome;

@Timeout(120)
final class RefusalsIT {
  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @Test
  void a_root_that_does_not_exist_is_refused() {
    InteractiveConfig config = named().root(Root.directory(Path.of("/no/such/root"))).build();

    assertRefused(InvalidSandboxException.class, config, "root '/no/such/root' is no directory");
  }

  @Test
  void a_root_that_is_a_file_is_refused() {
    InteractiveConfig config = named().root(Root.directory(Path.of("/etc/passwd"))).build();

    assertRefused(InvalidSandboxException.class, config, "root '/etc/passwd' is no directory");
  }

  @Test
  void a_uuid_is_taken_while_its_sandbox_runs() {
    InteractiveConfig config = named().command("/bin/cat").build();
    InteractiveContext first = DAEMON.start(config);
    InteractiveConfig second = config.toBuilder().name("behave-other").build();

    assertThatThrownBy(() -> DAEMON.start(second))
        .isInstanceOf(SandboxException.class)
        .hasMessage("a sandbox with UUID " + first.uuid() + " runs already");

    assertThat(StateDirectory.pathOf(first.uuid())).isDirectory();
    assertThat(DAEMON.libvirt().socket().resolveSibling("marked/" + first.uuid())).exists();
    first.close();
    assertThat(StateDirectory.pathOf(first.uuid())).doesNotExist();
  }

  @Test
  void a_uuid_is_free_again_when_its_sandbox_is_closed() throws Exception {
    InteractiveConfig config = named().command("/bin/echo", "again").build();

    assertThat(DAEMON.run(config).stdout()).isEqualTo("again\n");
    assertThat(DAEMON.run(config).stdout()).isEqualTo("again\n");
  }

  @Test
  void a_name_is_taken_while_its_sandbox_runs() {
    InteractiveConfig config = named().command("/bin/cat").build();
    InteractiveContext first = DAEMON.start(config);
    InteractiveConfig second = config.toBuilder().uuid(UUID.randomUUID()).build();

    var refusal = assertRefused(LibvirtRefusedException.class, second, "already exists");

    assertThat(refusal).hasMessageContaining(config.name());
    assertThat(refusal.code()).isPositive();
    assertThat(first.console().exited()).isNotDone();
  }

  @Test
  void a_name_may_have_sixty_four_bytes_and_no_more() throws Exception {
    String longest = "behave-" + "ü".repeat(12) + "x".repeat(33);

    Outcome outcome = DAEMON.run(named().name(longest).command("/bin/echo", "runs").build());

    assertThat(outcome.stdout()).isEqualTo("runs\n");
    assertThatThrownBy(() -> named().name(longest + "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65 bytes");
  }

  @Test
  void a_network_that_would_be_made_on_the_host_is_refused_with_the_cure() {
    assertRefused(
        HostLacksException.class,
        named().network(Network.parse("")).build(),
        "start it by EmbeddedLibvirt.startWithPrivateNetwork(), or connect to the system's");
    assertThatThrownBy(() -> DAEMON.connection().createNetwork("<network><name>x</name></network>"))
        .isInstanceOf(HostLacksException.class)
        .hasMessageContaining("as it would make them on the host");
  }

  @Test
  void a_start_whose_time_is_over_says_at_which_stage_and_leaves_nothing() {
    InteractiveConfig config = named().build();

    assertThatThrownBy(
            () -> InteractiveContext.start(DAEMON.connection(), config, Duration.ofNanos(1)))
        .isInstanceOf(SandboxLostException.class)
        .hasMessage(
            "the sandbox did not start within 0.0 s: time ran out while making its state"
                + " directory");

    assertThat(StateDirectory.pathOf(config.uuid().orElseThrow())).doesNotExist();
  }

  @Test
  void a_daemon_that_does_not_answer_is_named() {
    String uri = "lxc+unix:///system?socket=/no/such/socket";

    var refusal =
        catchThrowableOfType(LibvirtRefusedException.class, () -> SandboxConnection.open(uri));

    assertThat(refusal).hasMessageContaining(uri).hasMessageContaining("No such file or directory");
    assertThat(refusal.getMessage().lines()).hasSize(1);
    assertThat(refusal.code()).isPositive();
  }

  private static <T extends SandboxException> T assertRefused(
      Class<T> kind, InteractiveConfig config, String words) {
    T refusal = catchThrowableOfType(kind, () -> DAEMON.start(config));
    assertThat(refusal).isNotNull().hasMessageContaining(words);
    assertThat(refusal.getMessage().lines()).hasSize(1);
    assertThat(StateDirectory.pathOf(config.uuid().orElseThrow())).doesNotExist();
    return refusal;
  }

  private static InteractiveConfig.Builder named() {
    UUID uuid = UUID.randomUUID();
    return InteractiveConfig.builder().uuid(uuid).name("behave-" + uuid);
  }
}

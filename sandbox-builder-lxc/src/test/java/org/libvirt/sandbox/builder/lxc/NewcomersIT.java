package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;

import org.libvirt.sandbox.contract.Intruder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.CarrierAddress;
import org.libvirt.sandbox.builder.HostFacts;
import org.libvirt.sandbox.builder.LaunchRecord;
import org.libvirt.sandbox.builder.SandboxPlan;
import org.libvirt.sandbox.builder.StateDirectory;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RpcConsole;
import org.libvirt.sandbox.console.SandboxChannel;

/** What a hostile program can do to those that are started after it in the same sandbox. */
@Timeout(300)
final class NewcomersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int NEWCOMERS = 20;

  @SuppressWarnings("NullAway.Init")
  private static Battlefield field;

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    field = Battlefield.prepare();
  }

  @AfterAll
  static void tidyUp() throws IOException {
    field.close();
  }

  @Test
  void a_process_that_becomes_a_program_cannot_be_traced() throws IOException {
    String attack = field.directory().resolve("attack").toString();
    InteractiveConfig config = Intruder.ROOT.config().command(attack, "newcomers", "-").build();
    UUID uuid = UUID.randomUUID();
    SandboxConnection connection = field.connection();
    try (StateDirectory state =
        StateDirectory.create(uuid, connection.uri(), connection.driver(), config)) {
      BuildRequest request =
          new BuildRequest(
              config,
              uuid,
              state,
              HostFacts.read(),
              connection.capabilities(),
              connection::libvirtPath,
              ChannelKind.UNIX_SOCKET,
              LIMIT);
      SandboxPlan plan = new ContainerBuilder().build(request);
      try (SandboxChannel channel =
          SandboxChannel.listen(((CarrierAddress.UnixSocket) plan.carrier()).socket())) {
        SandboxDomain domain = connection.createDomain(plan.xml(), uuid);
        try {
          channel.awaitSupervisor(LIMIT);

          String found = hunt(channel, plan.launch());

          assertThat(found).isEqualTo("ready\ndone\n");
        } finally {
          domain.destroy();
        }
      }
    }
  }

  /** Starts the hunter, then its game, and says what it caught. */
  private static String hunt(SandboxChannel channel, LaunchRecord hunter) throws IOException {
    InteractiveConfig game = Intruder.ROOT.config().command("/bin/true").build();
    RpcConsole console = channel.start(hunter.toByteArray(), LIMIT);
    byte[] ready = console.stdout().readNBytes(6);
    for (int i = 0; i < NEWCOMERS; i++) {
      LaunchRecord record = LaunchRecord.builder().program(game, "lxc-libvirt").build();
      RpcConsole newcomer = channel.start(record.toByteArray(), LIMIT);
      assertThat(newcomer.exited().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join())
          .isEqualTo(new ExitStatus.Exited(0));
    }
    console.stdin().close();
    byte[] rest = console.stdout().readAllBytes();
    return new String(ready, StandardCharsets.UTF_8) + new String(rest, StandardCharsets.UTF_8);
  }
}

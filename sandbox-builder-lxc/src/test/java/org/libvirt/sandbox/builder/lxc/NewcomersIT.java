package org.libvirt.sandbox.builder.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.NativeProgram;
import org.libvirt.sandbox.ProgramNotStartedException;
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
import org.libvirt.sandbox.contract.Intruder;

/** What a hostile program can do to those that are started after it in the same sandbox. */
@Timeout(300)
final class NewcomersIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int NEWCOMERS = 20;

  /** The supervisor has some ten; a program has three, and a fourth until it is executed. */
  private static final int DESCRIPTORS = 24;

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
    InteractiveConfig hunter = Intruder.ROOT.config().command(attack, "newcomers", "-").build();

    try (Den den = Den.of(field.connection(), hunter)) {
      assertThat(hunt(den)).isEqualTo("ready\ndone\n");
    }
  }

  /**
   * CVE-2019-5736: a program called {@code /proc/self/exe} is the supervisor's own file, which who
   * waits for it in the sandbox opens for writing, to run what he wrote outside when it is next
   * started.
   */
  @ParameterizedTest
  @EnumSource
  void the_init_cannot_be_overwritten_by_who_has_it_run_again(Intruder intruder)
      throws IOException {
    String attack = field.directory().resolve("attack").toString();
    InteractiveConfig hunter = intruder.config().command(attack, "image", "-").build();

    try (Den den = Den.of(field.connection(), hunter)) {
      RpcConsole console = den.start(hunter);
      byte[] ready = console.stdout().readNBytes(6);
      for (int i = 0; i < NEWCOMERS; i++) {
        endOf(den.start(intruder.config().command("/proc/self/exe").build()));
      }
      console.stdin().close();
      byte[] rest = console.stdout().readAllBytes();

      assertThat(new String(ready, StandardCharsets.UTF_8)).isEqualTo("ready\n");
      assertThat(new String(rest, StandardCharsets.UTF_8)).isEqualTo("done\n");
      assertThat(den.init()).hasBinaryContent(NativeProgram.INIT.content());
    }
  }

  /**
   * CVE-2024-21626: a working directory that is a descriptor of whoever starts the program, by
   * which the host's files are to be had.
   */
  @Test
  void no_descriptor_of_the_supervisor_can_be_the_working_directory() throws IOException {
    InteractiveConfig waiting = Intruder.ROOT.config().command("/bin/cat").build();

    try (Den den = Den.of(field.connection(), waiting)) {
      den.start(waiting);
      for (int fd = 0; fd < DESCRIPTORS; fd++) {
        String directory = "/proc/self/fd/" + fd;
        InteractiveConfig config =
            Intruder.ROOT.config().directory(directory).command("/bin/true").build();

        assertThatThrownBy(() -> den.start(config))
            .isInstanceOf(ProgramNotStartedException.class)
            .hasMessageContaining("cannot enter '" + directory + "'");
      }
    }
  }

  /** Starts the hunter, then its game, and says what it caught. */
  private static String hunt(Den den) throws IOException {
    InteractiveConfig game = Intruder.ROOT.config().command("/bin/true").build();
    RpcConsole console = den.start(den.first());
    byte[] ready = console.stdout().readNBytes(6);
    for (int i = 0; i < NEWCOMERS; i++) {
      assertThat(endOf(den.start(game))).isEqualTo(new ExitStatus.Exited(0));
    }
    console.stdin().close();
    byte[] rest = console.stdout().readAllBytes();
    return new String(ready, StandardCharsets.UTF_8) + new String(rest, StandardCharsets.UTF_8);
  }

  private static ExitStatus endOf(RpcConsole program) {
    return program.exited().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** A sandbox into which one program after the other is let. */
  private static final class Den implements AutoCloseable {
    private final InteractiveConfig first;
    private final StateDirectory state;
    private final SandboxPlan plan;
    private final SandboxChannel channel;
    private final SandboxDomain domain;
    private boolean begun;

    private Den(
        InteractiveConfig first,
        StateDirectory state,
        SandboxPlan plan,
        SandboxChannel channel,
        SandboxDomain domain) {
      this.first = first;
      this.state = state;
      this.plan = plan;
      this.channel = channel;
      this.domain = domain;
    }

    static Den of(SandboxConnection connection, InteractiveConfig first) throws IOException {
      UUID uuid = UUID.randomUUID();
      StateDirectory state =
          StateDirectory.create(uuid, connection.uri(), connection.driver(), first);
      BuildRequest request =
          new BuildRequest(
              first,
              uuid,
              state,
              HostFacts.read(),
              connection.capabilities(),
              connection::libvirtPath,
              ChannelKind.UNIX_SOCKET,
              LIMIT);
      SandboxPlan plan = new ContainerBuilder().build(request);
      SandboxChannel channel =
          SandboxChannel.listen(((CarrierAddress.UnixSocket) plan.carrier()).socket());
      SandboxDomain domain = connection.createDomain(plan.xml(), uuid);
      channel.awaitSupervisor(LIMIT);
      return new Den(first, state, plan, channel, domain);
    }

    InteractiveConfig first() {
      return first;
    }

    Path init() {
      return state.config().resolve(state.initName());
    }

    /** The first program makes the sandbox, and is the one that it was planned for. */
    RpcConsole start(InteractiveConfig config) {
      LaunchRecord record =
          begun
              ? LaunchRecord.builder().program(config, "lxc-libvirt").build()
              : plan.launch().get();
      begun = true;
      return channel.start(record.toByteArray(), LIMIT);
    }

    @Override
    public void close() {
      try {
        domain.destroy();
      } finally {
        channel.close();
        state.close();
      }
    }
  }
}

package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.libvirt.sandbox.console.ChannelFixture.LIMIT;
import static org.libvirt.sandbox.console.ChannelFixture.inBackground;
import static org.libvirt.sandbox.console.ChannelFixture.record;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.console.FakeSupervisor.Frame;

@Timeout(60)
class SandboxChannelTest {
  @TempDir Path directory;

  @Test
  void the_listener_is_private_and_its_name_goes_once_the_supervisor_has_connected()
      throws Exception {
    Path socket = directory.resolve("channel");

    try (SandboxChannel channel = SandboxChannel.listen(socket)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
      try (FakeSupervisor guest = FakeSupervisor.connect(socket).greet()) {
        channel.awaitSupervisor(LIMIT);

        assertThat(guest.receive(6).serial()).isZero();
        assertThat(socket).doesNotExist();
        assertThatThrownBy(() -> FakeSupervisor.connect(socket)).isNotNull();
      }
    }
  }

  @Test
  void the_host_greets_with_its_version_features_and_largest_frame() throws Exception {
    Path socket = directory.resolve("channel");

    try (SandboxChannel channel = SandboxChannel.listen(socket);
        FakeSupervisor guest = FakeSupervisor.connect(socket)) {
      Frame hello = guest.receive();

      assertThat(hello.proc()).isEqualTo(6);
      assertThat(hello.payload())
          .containsExactly(0, 0, 0, 1, 0, 0, 0, 15, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
      assertThatIllegalStateException().isThrownBy(() -> channel.start(record(), LIMIT));
    }
  }

  @Test
  void a_socket_path_that_the_kernel_cannot_hold_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SandboxChannel.listen(directory.resolve("x".repeat(108))))
        .withMessageContaining("at most 107");
    assertThatThrownBy(() -> SandboxChannel.listen(directory.resolve("missing/channel")))
        .isInstanceOf(HostLacksException.class);
  }

  @Test
  void a_supervisor_that_does_not_come_in_time_ends_the_channel() {
    Path socket = directory.resolve("channel");
    SandboxChannel channel = SandboxChannel.listen(socket);

    assertThatThrownBy(() -> channel.awaitSupervisor(Duration.ofMillis(20)))
        .isInstanceOf(SandboxLostException.class)
        .hasMessageContaining("did not connect within 0.02 s");

    assertThat(channel.ended().join()).isPresent();
    assertThat(socket).doesNotExist();
    channel.close();
  }

  @Test
  void a_supervisor_that_never_greets_is_waited_for_no_longer_than_the_limit() throws Exception {
    Path socket = directory.resolve("channel");
    SandboxChannel channel = SandboxChannel.listen(socket);

    try (FakeSupervisor guest = FakeSupervisor.connect(socket)) {
      assertThatThrownBy(() -> channel.awaitSupervisor(Duration.ofMillis(20)))
          .isInstanceOf(SandboxLostException.class);
      guest.receive(6);
      assertThat(guest.seesEnd()).isTrue();
    }
  }

  @Test
  void a_failure_from_outside_wakes_who_waits_for_the_supervisor() {
    SandboxChannel channel = SandboxChannel.listen(directory.resolve("channel"));
    var cause = new SandboxException("the domain stopped");
    CompletableFuture<Object> waiter =
        inBackground(
            () -> {
              channel.awaitSupervisor(LIMIT);
              return "greeted";
            });

    channel.fail(cause);

    assertThatThrownBy(waiter::get).hasRootCause(cause);
    assertThat(channel.ended().join()).contains(cause);
  }

  @Test
  void closing_a_channel_that_nobody_came_to_removes_its_name() {
    Path socket = directory.resolve("channel");
    SandboxChannel channel = SandboxChannel.listen(socket);

    channel.close();
    channel.close();

    assertThat(socket).doesNotExist();
    assertThat(channel.ended().join()).isEmpty();
    assertThatThrownBy(() -> channel.awaitSupervisor(LIMIT))
        .isInstanceOf(SandboxLostException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void a_start_carries_the_record_and_behind_it_the_windows_of_the_outputs() throws Exception {
    try (var pair = new ChannelFixture()) {
      byte[] launch = new byte[600_000];
      new Random(1).nextBytes(launch);
      CompletableFuture<RpcConsole> console = inBackground(() -> pair.channel.start(launch, LIMIT));

      var received = new ByteArrayOutputStream();
      Frame part;
      do {
        part = pair.guest.receive();
        assertThat(part.proc()).isEqualTo(7);
        received.write(part.payload());
      } while (part.status() == 2);
      Frame out = pair.guest.receive();
      Frame err = pair.guest.receive();
      pair.guest.numbers(8, 0, 77, 1 << 20);

      assertThat(received.toByteArray()).isEqualTo(launch);
      assertThat(part.status()).isZero();
      assertThat(out).matches(credit -> credit.proc() == 14 && credit.u32(0) == 2);
      assertThat(err).matches(credit -> credit.proc() == 14 && credit.u32(0) == 3);
      assertThat(out.u32(1)).isEqualTo(1 << 20);
      assertThat(console.get().pid()).isEqualTo(77);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> pair.channel.start(new byte[(4 << 20) + 1], LIMIT));
    }
  }

  @Test
  void a_program_that_is_not_started_names_stage_and_errno_and_frees_its_number() throws Exception {
    try (var pair = new ChannelFixture()) {
      CompletableFuture<RpcConsole> refused =
          inBackground(() -> pair.channel.start(record(), LIMIT));
      assertThat(pair.guest.receive(7).serial()).isZero();
      pair.guest.error(0, 9, 2, "cannot execute \u001b[31m'no\u202esuch': not found\n");

      assertThatThrownBy(refused::get)
          .cause()
          .isInstanceOfSatisfying(
              ProgramNotStartedException.class,
              e -> {
                assertThat(e.errno()).isEqualTo(2);
                assertThat(e.isNotFound()).isTrue();
              })
          .hasMessage("cannot execute [31m'nosuch': not found");
      pair.start();
      assertThat(pair.guest.receive(14).serial()).isZero();
    }
  }

  @Test
  void a_program_that_starts_too_late_is_killed() throws Exception {
    try (var pair = new ChannelFixture()) {
      assertThatThrownBy(() -> pair.channel.start(record(), Duration.ofMillis(20)))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("did not start the program within 0.02 s");

      pair.guest.startProgram();
      Frame signal = pair.guest.receive(10);

      assertThat(signal.u32(0)).isEqualTo(9);
    }
  }

  @Test
  void programs_of_one_channel_are_apart() throws Exception {
    try (var pair = new ChannelFixture()) {
      RpcConsole first = pair.start();
      RpcConsole second = pair.start();

      pair.guest.stdout(1, "two");
      pair.guest.stdout(0, "one");
      pair.guest.exit(1, 7 << 8);
      pair.guest.endOutputs(1);
      pair.guest.endOutputs(0);
      pair.guest.exit(0, 9);

      assertThat(first.stdout().readAllBytes()).asString(UTF_8).isEqualTo("one");
      assertThat(second.stdout().readAllBytes()).asString(UTF_8).isEqualTo("two");
      assertThat(first.exited().join())
          .isEqualTo(new ExitStatus.Signaled(9).by(SandboxLimit.MEMORY));
      assertThat(second.exited().join()).isEqualTo(new ExitStatus.Exited(7));
    }
  }

  @Test
  void a_thousand_programs_leave_nothing_behind() throws Exception {
    try (var pair = new ChannelFixture()) {
      for (int i = 0; i < 1000; i++) {
        RpcConsole console = pair.start();
        pair.guest.exit(i, 0);
        pair.guest.stdout(i, "x");
        pair.guest.endOutputs(i);
        assertThat(console.stdout().readAllBytes()).hasSize(1);
        assertThat(console.stderr().readAllBytes()).isEmpty();
      }

      // the reader forgets the last one just after its stream's end is seen
      await().untilAsserted(() -> assertThat(pair.channel.programs()).isZero());
    }
  }

  @Test
  void a_ping_is_answered_both_ways() throws Exception {
    try (var pair = new ChannelFixture()) {
      CompletableFuture<Duration> ping = inBackground(() -> pair.channel.ping(LIMIT));
      Frame asked = pair.guest.receive(12);
      pair.guest.send(13, 0, asked.payload());
      assertThat(ping.get()).isPositive();

      pair.guest.send(12, 0, new byte[] {1, 2, 3});
      assertThat(pair.guest.receive().payload()).containsExactly(1, 2, 3);

      assertThatThrownBy(() -> pair.channel.ping(Duration.ofMillis(20)))
          .isInstanceOf(SandboxException.class);
    }
  }

  @Test
  void an_end_after_shutdown_is_orderly() throws Exception {
    try (var pair = new ChannelFixture()) {
      RpcConsole console = pair.start();

      pair.channel.shutdown();
      pair.guest.receive(5);
      pair.guest.close();

      assertThat(pair.channel.ended().join()).isEmpty();
      assertThat(console.exited().join())
          .isInstanceOfSatisfying(
              ExitStatus.Lost.class,
              lost -> assertThat(lost.cause()).hasMessageContaining("was shut down"));
    }
  }

  @Test
  void what_the_supervisor_sent_before_a_failure_from_outside_still_counts() throws Exception {
    try (var pair = new ChannelFixture()) {
      RpcConsole console = pair.start();

      pair.guest.exit(0, 3 << 8);
      pair.guest.stdout(0, "last");
      pair.guest.endOutputs(0);
      pair.guest.close();
      pair.channel.fail(new SandboxException("the domain stopped"));

      assertThat(console.exited().join()).isEqualTo(new ExitStatus.Exited(3));
      assertThat(console.stdout().readAllBytes()).asString(UTF_8).isEqualTo("last");
      assertThat(pair.channel.ended().join()).isPresent();
    }
  }

  @Test
  void a_failure_from_outside_ends_a_channel_whose_supervisor_hangs() throws Exception {
    try (var pair = new ChannelFixture()) {
      RpcConsole console = pair.start();
      var cause = new SandboxException("the domain stopped");

      pair.channel.fail(cause);

      assertThat(console.exited().join()).isEqualTo(new ExitStatus.Lost(cause));
      assertThatThrownBy(() -> console.stdout().read()).hasMessage("the domain stopped");
      assertThatThrownBy(() -> pair.channel.start(record(), LIMIT)).isSameAs(cause);
    }
  }

  @Test
  void closing_from_another_thread_wakes_a_start() throws Exception {
    try (var pair = new ChannelFixture()) {
      CompletableFuture<RpcConsole> start = inBackground(() -> pair.channel.start(record(), LIMIT));
      pair.guest.receive(7);

      pair.channel.close();

      assertThatThrownBy(start::get).cause().isInstanceOf(SandboxLostException.class);
    }
  }

  @Test
  void a_supervisor_that_ends_tells_why() throws Exception {
    try (var pair = new ChannelFixture()) {
      pair.guest.error(0, 1, 71, "I do not like it");
      pair.guest.close();

      assertThat(pair.channel.ended().join().orElseThrow())
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("I do not like it");
    }
  }
}

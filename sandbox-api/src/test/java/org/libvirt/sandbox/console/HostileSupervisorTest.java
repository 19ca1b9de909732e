package org.libvirt.sandbox.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.libvirt.sandbox.console.ChannelFixture.LIMIT;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLostException;

/** A guest that has been taken over can end its own sandbox and do nothing else. */
@Timeout(60)
class HostileSupervisorTest {
  @TempDir Path directory;

  static Stream<Arguments> frames_that_break_the_protocol() {
    return Stream.of(
        Arguments.of("shorter than a header", header(19, 2, 1, 0)),
        Arguments.of("empty", header(0, 2, 1, 0)),
        Arguments.of("larger than allowed", header(262145, 2, 1, 0)),
        Arguments.of("negative length", header(-1, 2, 1, 0)),
        Arguments.of("data of type 0", header(21, 2, 0, 0)),
        Arguments.of("control of type 1", header(20, 5, 1, 0)),
        Arguments.of("STDIN with data", frame(1, 0, 1, new byte[1])),
        Arguments.of("HELLO again", frame(6, 0, 0, new byte[20])),
        Arguments.of("START", frame(7, 0, 0, new byte[4])),
        Arguments.of("SIGNAL", numbers(10, 9)),
        Arguments.of("RESIZE", numbers(11, 1, 1)),
        Arguments.of("STARTED again", numbers(8, 5, 5)),
        Arguments.of("ATTACH not asked for", numbers(15, 0, 5, 5, 0)),
        Arguments.of("CREDIT of a wrong length", numbers(14, 1)),
        Arguments.of("CREDIT for stdout", numbers(14, 2, 5)),
        Arguments.of("EXIT without a status", frame(4, 0, 0, new byte[3])),
        Arguments.of("EXIT half told", frame(4, 0, 0, new byte[31])),
        Arguments.of("EXIT of a stopped process", numbers(4, 0x137f)),
        Arguments.of("EXIT by an impossible signal", numbers(4, 100)),
        Arguments.of("EXIT twice", join(numbers(4, 0), numbers(4, 0))),
        Arguments.of("end twice", join(frame(2, 0, 1, new byte[0]), frame(2, 0, 1, new byte[0]))),
        Arguments.of(
            "data after the end", join(frame(2, 0, 1, new byte[0]), frame(2, 0, 1, new byte[1]))),
        Arguments.of("ERROR too short", frame(9, 0, 0, new byte[7])),
        Arguments.of("ERROR too long", frame(9, 0, 0, new byte[1033])),
        Arguments.of("SHUTDOWN with data", frame(5, 0, 0, new byte[1])),
        Arguments.of("DETACH with data", frame(16, 0, 0, new byte[1])),
        Arguments.of("PING too long", frame(12, 0, 0, new byte[65])),
        Arguments.of("PONG too long", frame(13, 0, 0, new byte[65])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames_that_break_the_protocol")
  void a_frame_that_breaks_the_protocol_ends_the_channel(String what, byte[] bytes)
      throws Exception {
    try (var pair = new ChannelFixture()) {
      RpcConsole console = pair.start();

      pair.guest.raw(bytes);

      assertThat(pair.channel.ended().join().orElseThrow())
          .isInstanceOf(SandboxLostException.class)
          .hasMessageContaining("broke the protocol");
      assertThat(console.exited().join()).isNotNull();
      assertThatThrownBy(() -> console.stderr().read()).isInstanceOf(IOException.class);
      assertThat(pair.guest.receive(9).u32(1)).isEqualTo(71);
      assertThat(pair.guest.seesEnd()).isTrue();
    }
  }

  @Test
  void an_end_inside_a_frame_is_a_loss() throws Exception {
    try (var pair = new ChannelFixture()) {
      RpcConsole console = pair.start();

      pair.guest.receive(14);
      pair.guest.receive(14);
      pair.guest.raw(header(100, 2, 1, 0));
      pair.guest.close();

      assertThatThrownBy(() -> console.stdout().read()).hasMessageContaining("inside a frame");
      assertThat(console.exited().join()).isInstanceOf(ExitStatus.Lost.class);
    }
  }

  @Test
  void frames_of_programs_that_nobody_knows_are_passed_over() throws Exception {
    try (var pair = new ChannelFixture()) {
      for (int proc : new int[] {1, 2, 3, 4, 8, 14, 15, 16}) {
        pair.guest.send(proc, 0x7fffffff, new byte[200_000]);
      }
      pair.guest.error(-1, 9, 2, "who?");

      assertThat(pair.start().serial()).isZero();
    }
  }

  @Test
  void an_unknown_proc_is_answered_and_ignored_otherwise() throws Exception {
    try (var pair = new ChannelFixture()) {
      pair.guest.send(99, 3, new byte[50_000]);

      FakeSupervisor.Frame answer = pair.guest.receive();
      assertThat(answer.proc()).isEqualTo(9);
      assertThat(answer.serial()).isEqualTo(3);
      assertThat(answer.u32(0)).isEqualTo(1);
      assertThat(answer.u32(1)).isEqualTo(38);
      pair.start();
    }
  }

  @Test
  void a_supervisor_that_asks_and_never_reads_is_cut_off() throws Exception {
    try (var pair = new ChannelFixture()) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  pair.guest.send(12, 0, new byte[64]);
                }
              })
          .isInstanceOf(IOException.class);

      assertThat(pair.channel.ended().join().orElseThrow()).hasMessageContaining("does not read");
    }
  }

  @Test
  void a_supervisor_that_never_reads_cannot_hold_up_close() throws Exception {
    try (var pair = new ChannelFixture()) {
      RpcConsole console = pair.start();
      pair.guest.numbers(14, 0, 1, -1);
      var writer =
          ChannelFixture.inBackground(
              () -> {
                while (true) {
                  console.stdin().write(new byte[65536]);
                }
              });

      pair.channel.close();

      assertThatThrownBy(writer::get).hasRootCauseInstanceOf(SandboxLostException.class);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("greetings_that_are_refused")
  void a_greeting_that_is_not_one_is_refused(String what, byte[] bytes) throws Exception {
    Path socket = directory.resolve("channel");
    try (SandboxChannel channel = SandboxChannel.listen(socket);
        FakeSupervisor guest = FakeSupervisor.connect(socket)) {
      guest.raw(bytes);

      assertThatThrownBy(() -> channel.awaitSupervisor(LIMIT))
          .isInstanceOf(SandboxLostException.class);
    }
  }

  static Stream<Arguments> greetings_that_are_refused() {
    return Stream.of(
        Arguments.of("another proc first", numbers(12)),
        Arguments.of("version 0", hello(0, 262144, 1)),
        Arguments.of("tiny frames", hello(1, 4095, 1)),
        Arguments.of("no session", hello(1, 262144, 0)),
        Arguments.of("short", frame(6, 0, 0, new byte[19])),
        Arguments.of("an error", numbers(9, 1, 116)),
        Arguments.of("an unknown proc", numbers(500, 1)));
  }

  @Test
  void random_garbage_ends_the_channel_and_hangs_nobody() throws Exception {
    Random random = new Random(20261122);
    for (int round = 0; round < 300; round++) {
      try (var pair = new ChannelFixture()) {
        RpcConsole console = pair.start();
        pair.guest.raw(garbage(random));
        pair.guest.close();

        assertThat(pair.channel.ended().join()).isPresent();
        assertThat(console.exited().join()).isNotNull();
        try {
          console.stdout().readAllBytes();
        } catch (IOException e) {
          assertThat(e).hasMessageMatching("(?s).+");
        }
      }
    }
  }

  /** Frames with sound headers most of the time, or else nobody would get past the first. */
  private static byte[] garbage(Random random) {
    ByteBuffer bytes = ByteBuffer.allocate(4096);
    while (bytes.remaining() > 200) {
      byte[] payload = new byte[random.nextInt(80) / (1 + random.nextInt(4)) * 4];
      if (random.nextBoolean()) {
        random.nextBytes(payload);
      }
      int proc = random.nextInt(40) == 0 ? random.nextInt() : 1 + random.nextInt(17);
      int type = random.nextInt(40) == 0 ? random.nextInt() : proc >= 1 && proc <= 3 ? 1 : 0;
      if (bytes.remaining() < 20 + payload.length) {
        break;
      }
      bytes.put(frame(proc, random.nextInt(2), type, payload));
    }
    byte[] all = new byte[bytes.flip().remaining()];
    bytes.get(all);
    return all;
  }

  private static byte[] hello(int version, int largest, long session) {
    return frame(
        6,
        0,
        0,
        ByteBuffer.allocate(20).putInt(version).putInt(7).putInt(largest).putLong(session).array());
  }

  private static byte[] header(int length, int proc, int type, int serial) {
    return ByteBuffer.allocate(20)
        .putInt(length)
        .putInt(proc)
        .putInt(type)
        .putInt(0)
        .putInt(serial)
        .array();
  }

  private static byte[] frame(int proc, int serial, int type, byte[] payload) {
    return join(header(20 + payload.length, proc, type, serial), payload);
  }

  private static byte[] numbers(int proc, int... numbers) {
    ByteBuffer payload = ByteBuffer.allocate(4 * numbers.length);
    payload.asIntBuffer().put(numbers);
    return frame(proc, 0, 0, payload.array());
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}

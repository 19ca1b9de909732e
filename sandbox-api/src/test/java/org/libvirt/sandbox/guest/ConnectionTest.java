package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection: what is refused, and what its end does. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class ConnectionTest {
  private static final int STAGE_RECORD = 2;
  private static final int CONTINUES = 2;
  private static final int ENOSYS = 38;
  private static final int ESTALE = 116;

  private final InitBuild build;

  ConnectionTest(InitBuild build) {
    this.build = build;
  }

  @Test
  void a_frame_of_impossible_length_ends_it() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.sendRaw(ByteBuffer.allocate(20).putInt(7).array());

      assertThat(guest.last().is(Frame.ERROR, 0)).isTrue();
    }
  }

  @Test
  void another_frame_before_the_greeting_ends_it() throws Exception {
    try (var guest = Guest.silent(build)) {
      guest.send(Frame.of(Frame.PING, 0));

      assertThat(guest.last().proc()).isEqualTo(Frame.ERROR);
    }
  }

  @Test
  void a_session_of_another_supervisor_is_refused() throws Exception {
    try (var guest = Guest.silent(build)) {
      guest.send(Frame.hello(42));

      assertThat(guest.last().number(1)).isEqualTo(ESTALE);
    }
  }

  @Test
  void an_unknown_proc_is_answered_and_nothing_more() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.send(Frame.of(99, 5));
      guest.send(Frame.of(Frame.PING, 0, (byte) 1));

      assertThat(guest.await(Frame.ERROR, 5).number(1)).isEqualTo(ENOSYS);
      assertThat(guest.await(Frame.PONG, 0).payload()).containsExactly(1);
    }
  }

  @Test
  void a_record_without_an_argument_is_refused() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.of());

      assertThat(guest.await(Frame.ERROR, 0).number(0)).isEqualTo(STAGE_RECORD);
    }
  }

  @Test
  void its_end_is_the_end_of_everything() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.shell("trap '' TERM; sleep 1000"));

      guest.hangUp();

      assertThat(guest.awaitEnd()).isZero();
    }
  }

  @Test
  void a_shutdown_ends_the_sandbox() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.of("sleep", "1000"));

      guest.send(Frame.of(Frame.SHUTDOWN, 0));

      assertThat(guest.awaitEnd()).isZero();
    }
  }

  @Test
  void a_SIGTERM_ends_the_sandbox_and_says_so() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.of("sleep", "1000"));

      guest.processes().get(0).destroy();

      assertThat(guest.last().is(Frame.SHUTDOWN, 0)).isTrue();
      assertThat(guest.awaitEnd()).isZero();
    }
  }

  @Test
  void a_record_may_come_in_several_frames_with_others_between() throws Exception {
    byte[] record = LaunchRecord.of("echo", "whole").bytes();
    int half = record.length / 2;
    try (var guest = Guest.greeted(build)) {
      guest.send(part(Arrays.copyOf(record, 6), CONTINUES));
      guest.send(Frame.of(Frame.PING, 0, (byte) 1));
      guest.send(part(Arrays.copyOfRange(record, 6, half), CONTINUES));
      guest.send(part(new byte[0], CONTINUES));
      guest.send(part(Arrays.copyOfRange(record, half, record.length), 0));
      guest.credit(0, Frame.STDOUT, Guest.PLENTY);
      guest.credit(0, Frame.STDERR, Guest.PLENTY);

      assertThat(guest.next()).matches(frame -> frame.is(Frame.PONG, 0));
      assertThat(guest.outcome(0).stdout()).isEqualTo("whole\n");
    }
  }

  private static Frame part(byte[] bytes, int status) {
    return new Frame(Frame.START, 0, status, 0, bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtio:org.libvirt.sandbox.0", "tty:relative", "unix:relative", "unix"})
  void a_carrier_that_is_not_served_is_refused_by_name(String carrier) throws Exception {
    var process =
        new ProcessBuilder(build.program().toString(), carrier).redirectErrorStream(true).start();

    assertThat(process.inputReader().readLine()).contains("the carrier '" + carrier + "'");
    assertThat(process.waitFor()).isEqualTo(1);
  }
}

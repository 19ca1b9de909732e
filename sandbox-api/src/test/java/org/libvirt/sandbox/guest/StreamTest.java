package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams and terminals: ends, credit, leaving and coming back. */
@ParameterizedClass
@EnumSource(InitBuild.class)
class StreamTest {
  private final InitBuild build;

  StreamTest(InitBuild build) {
    this.build = build;
  }

  @Test
  void stderr_stays_separate_without_a_terminal() throws Exception {
    try (var guest = Guest.greeted(build)) {
      var outcome = guest.run(LaunchRecord.shell("cat; echo err >/dev/stderr"), "in");

      assertThat(outcome.stdout()).isEqualTo("in");
      assertThat(outcome.stderr()).isEqualTo("err\n");
    }
  }

  @Test
  void empty_input_is_an_end_at_once() throws Exception {
    try (var guest = Guest.greeted(build)) {
      assertThat(guest.run(LaunchRecord.of("wc", "-c")).stdout().trim()).isEqualTo("0");
    }
  }

  @Test
  void a_program_that_closes_its_input_is_told_of() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.shell("exec <&-; sleep 1000"));

      assertThat(guest.await(Frame.STDIN, 0).payload()).isEmpty();
    }
  }

  @Test
  void no_more_is_sent_than_there_is_credit_for() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.shell("printf 0123456789"));
      guest.await(Frame.STARTED, 0);
      guest.credit(0, Frame.STDOUT, 4);

      String first = guest.readUntil(0, Frame.STDOUT, "0123");
      guest.await(Frame.EXIT, 0);
      guest.credit(0, Frame.STDOUT, 100);

      assertThat(first).isEqualTo("0123");
      assertThat(guest.drain(0, Frame.STDOUT)).isEqualTo("456789");
    }
  }

  @Test
  void a_reader_that_stops_holds_up_its_own_stream_only() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.shell("yes"));
      guest.await(Frame.STARTED, 0);

      guest.startFreely(1, LaunchRecord.of("echo", "free"));

      assertThat(guest.outcome(1).stdout()).isEqualTo("free\n");
    }
  }

  @Test
  void leaving_and_coming_back_loses_nothing() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.shell("echo one; read x; echo $x; exit 4"));
      guest.readUntil(0, Frame.STDOUT, "one\n");
      guest.stdin(0, "two\n");
      guest.send(Frame.of(Frame.DETACH, 0));
      guest.await(Frame.DETACH, 0);

      guest.send(Frame.ofNumbers(Frame.ATTACH, 0, Guest.PLENTY, Guest.PLENTY));

      guest.await(Frame.ATTACH, 0);
      var outcome = guest.outcome(0);
      assertThat(outcome.code()).isEqualTo(4);
    }
  }

  @Test
  void more_input_than_credit_ends_the_connection() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.of("sleep", "1000"));
      for (int i = 0; i < 17; i++) {
        guest.stdin(0, "x".repeat(65536));
      }

      assertThat(guest.last().is(Frame.ERROR, 0)).isTrue();
    }
  }

  @Test
  void a_terminal_has_a_size_that_can_change() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(
          0,
          LaunchRecord.shell(
                  "stty size; trap 'stty size; exit 3' WINCH; echo set; while :; do sleep 0.05; done")
              .terminal(24, 80));
      assertThat(guest.readUntil(0, Frame.STDOUT, "set\r\n")).startsWith("24 80\r\n");

      guest.send(Frame.ofNumbers(Frame.RESIZE, 0, 50, 132));

      var outcome = guest.outcome(0);
      assertThat(outcome.stdout()).isEqualTo("50 132\r\n");
      assertThat(outcome.code()).isEqualTo(3);
    }
  }

  @Test
  void an_interrupt_typed_at_a_terminal_reaches_the_job() throws Exception {
    try (var guest = Guest.greeted(build)) {
      guest.startFreely(0, LaunchRecord.shell("echo at >/dev/tty; exec sleep 1000").terminal(1, 1));
      guest.readUntil(0, Frame.STDOUT, "at");

      guest.stdin(0, new String(new byte[] {3}, StandardCharsets.UTF_8));

      assertThat(guest.outcome(0).signal()).isEqualTo(2);
    }
  }

  @Test
  void an_end_of_input_is_typed_at_a_terminal() throws Exception {
    try (var guest = Guest.greeted(build)) {
      assertThat(guest.run(LaunchRecord.of("cat").terminal(24, 80), "hi").stdout()).contains("hi");
    }
  }

  @Test
  void output_that_was_held_back_comes_whole_and_in_order() throws Exception {
    String expected =
        IntStream.rangeClosed(1, 100_000).mapToObj(n -> n + "\n").collect(Collectors.joining());
    try (var guest = Guest.greeted(build)) {
      guest.start(0, LaunchRecord.of("seq", "100000"));
      guest.await(Frame.STARTED, 0);
      guest.credit(0, Frame.STDOUT, 5000);
      String first = guest.readUntil(0, Frame.STDOUT, "\n1000\n");
      for (int window : new int[] {1, 70_000, Guest.PLENTY}) {
        guest.send(Frame.of(Frame.DETACH, 0));
        guest.await(Frame.DETACH, 0);
        guest.send(Frame.ofNumbers(Frame.ATTACH, 0, window, window));
        guest.await(Frame.ATTACH, 0);
      }

      assertThat(first + guest.drain(0, Frame.STDOUT)).isEqualTo(expected);
    }
  }
}

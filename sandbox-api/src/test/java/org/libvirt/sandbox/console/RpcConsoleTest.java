package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.libvirt.sandbox.console.ChannelFixture.LIMIT;
import static org.libvirt.sandbox.console.ChannelFixture.inBackground;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.console.FakeSupervisor.Frame;

@Timeout(60)
class RpcConsoleTest {
  private static final int WINDOW = 1 << 20;

  private ChannelFixture pair;
  private FakeSupervisor guest;
  private RpcConsole console;

  @BeforeEach
  void startProgram() throws Exception {
    pair = new ChannelFixture();
    guest = pair.guest;
    console = pair.start();
    guest.receive(14);
    guest.receive(14);
  }

  @AfterEach
  void closeChannel() throws IOException {
    pair.close();
  }

  @Test
  void input_reaches_the_program_and_its_end_follows() throws Exception {
    console.stdin().write("hello".getBytes(UTF_8));
    console.stdin().close();
    console.stdin().close();

    assertThat(guest.receive())
        .matches(frame -> frame.proc() == 1 && frame.type() == 1 && frame.serial() == 0)
        .extracting(Frame::payload)
        .isEqualTo("hello".getBytes(UTF_8));
    assertThat(guest.receive(1).payload()).isEmpty();
    assertThatThrownBy(() -> console.stdin().write(1)).hasMessage("Stream closed");
  }

  @Test
  void empty_input_ends_at_once() throws Exception {
    console.stdin().close();

    assertThat(guest.receive()).matches(end -> end.proc() == 1 && end.payload().length == 0);
  }

  @Test
  void input_is_sent_no_further_than_the_program_grants() throws Exception {
    byte[] input = new byte[3 * WINDOW];
    new Random(2).nextBytes(input);
    CompletableFuture<Boolean> writer =
        inBackground(
            () -> {
              console.stdin().write(input);
              console.stdin().close();
              return true;
            });

    var received = new ByteArrayOutputStream();
    while (received.size() < WINDOW) {
      received.write(guest.receive(1).payload());
    }
    assertThat(received.size()).isEqualTo(WINDOW);
    console.signal(15); // comes next, as nothing more of the input may
    assertThat(guest.receive()).matches(frame -> frame.proc() == 10 && frame.u32(0) == 15);
    assertThat(writer).isNotDone();
    guest.numbers(14, 0, 1, 2 * WINDOW);
    while (received.size() < input.length) {
      received.write(guest.receive(1).payload());
    }

    assertThat(received.toByteArray()).isEqualTo(input);
    assertThat(guest.receive().payload()).isEmpty();
    assertThat(writer.get()).isTrue();
  }

  @Test
  void writing_to_a_program_that_no_longer_reads_is_a_broken_pipe() throws Exception {
    guest.send(1, 0);
    CompletableFuture<Boolean> writer =
        inBackground(
            () -> {
              while (true) {
                console.stdin().write(new byte[4096]);
              }
            });

    assertThatThrownBy(writer::get).hasRootCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> console.stdin().write(1)).hasMessageStartingWith("Broken pipe");
    console.stdin().close();
  }

  @Test
  void writing_after_the_program_has_ended_is_a_broken_pipe() throws Exception {
    guest.exit(0, 0);
    console.exited().join();

    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> console.stdin().write(1))
                    .hasMessageStartingWith("Broken pipe"));
  }

  @Test
  void stderr_stays_separate_from_stdout() throws Exception {
    guest.stdout(0, "out");
    guest.send(3, 0, "err".getBytes(UTF_8));
    guest.endOutputs(0);

    assertThat(console.stdout().readAllBytes()).asString(UTF_8).isEqualTo("out");
    assertThat(console.stderr().readAllBytes()).asString(UTF_8).isEqualTo("err");
    assertThat(console.stdout().read()).isEqualTo(-1);
  }

  @Test
  void output_that_has_arrived_is_available() throws Exception {
    guest.stdout(0, "seven77");

    await().until(() -> console.stdout().available() == 7);
    assertThat(console.stdout().read()).isEqualTo('s');
    assertThat(console.stdout().available()).isEqualTo(6);
  }

  @Test
  void what_was_read_is_granted_anew_at_half_the_window() throws Exception {
    byte[] output = new byte[WINDOW];
    new Random(3).nextBytes(output);
    for (int at = 0; at < WINDOW; at += 1 << 17) {
      guest.send(2, 0, Arrays.copyOfRange(output, at, at + (1 << 17)));
    }

    byte[] read = console.stdout().readNBytes(WINDOW / 2);
    Frame credit = guest.receive();

    assertThat(read).isEqualTo(Arrays.copyOf(output, WINDOW / 2));
    assertThat(credit.proc()).isEqualTo(14);
    assertThat(credit.u32(0)).isEqualTo(2);
    assertThat(credit.u32(1)).isEqualTo(WINDOW / 2);
  }

  @Test
  void a_stream_that_nobody_reads_holds_up_no_other() throws Exception {
    for (int i = 0; i < 8; i++) {
      guest.send(2, 0, new byte[1 << 17]);
    }
    guest.send(3, 0, (byte) 'e');

    assertThat(console.stderr().read()).isEqualTo('e');
    assertThat(console.stdout().available()).isEqualTo(WINDOW);
  }

  @Test
  void output_beyond_its_credit_ends_the_channel() throws Exception {
    for (int i = 0; i < 8; i++) {
      guest.send(2, 0, new byte[1 << 17]);
    }
    guest.send(2, 0, (byte) 'x');

    Frame error = guest.receive();
    assertThat(error.proc()).isEqualTo(9);
    assertThat(error.u32(0)).isEqualTo(1);
    assertThat(guest.seesEnd()).isTrue();
    assertThat(console.stdout().readNBytes(WINDOW)).hasSize(WINDOW);
    assertThatThrownBy(() -> console.stdout().read()).hasMessageContaining("exceeds its credit");
  }

  @Test
  void closing_an_output_tells_the_program_and_discards_what_comes() throws Exception {
    CompletableFuture<Integer> reader = inBackground(() -> console.stdout().read());

    console.stdout().close();
    Frame close = guest.receive();
    guest.stdout(0, "unwanted");
    guest.send(2, 0);
    guest.send(3, 0, (byte) 'e');

    assertThat(close).matches(frame -> frame.proc() == 2 && frame.payload().length == 0);
    assertThat(console.stderr().read()).isEqualTo('e');
    assertThatThrownBy(() -> console.stdout().read()).hasMessage("Stream closed");
    assertThatThrownBy(reader::get).hasRootCauseMessage("Stream closed");
  }

  @Test
  void the_end_of_the_program_does_not_wait_for_its_output_to_be_read() throws Exception {
    guest.exit(0, 7 << 8);

    assertThat(console.exited().join()).isEqualTo(new ExitStatus.Exited(7));
    guest.stdout(0, "afterwards");
    guest.endOutputs(0);
    assertThat(console.stdout().readAllBytes()).asString(UTF_8).isEqualTo("afterwards");
    assertThat(console.usage())
        .contains(
            new ResourceUsage(Duration.ofMillis(1500), Duration.ofNanos(20_000), 2 << 20, true));
  }

  @Test
  void an_old_supervisor_may_tell_the_status_alone() throws Exception {
    guest.numbers(4, 0, 11);

    assertThat(console.exited().join()).isEqualTo(new ExitStatus.Signaled(11));
    assertThat(console.usage()).isEmpty();
  }

  @Test
  void a_caller_cannot_complete_the_end_for_others() throws Exception {
    CompletableFuture<ExitStatus> mine = console.exited();
    mine.complete(new ExitStatus.Exited(99));
    console.exited().cancel(true);
    CompletableFuture<Integer> slow =
        console
            .exited()
            .thenApply(
                status -> {
                  try {
                    return console.stdout().read(); // would never come if it held up the reader
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });

    guest.exit(0, 0);
    guest.stdout(0, "!");

    assertThat(console.exited().join()).isEqualTo(new ExitStatus.Exited(0));
    assertThat(slow.join()).isEqualTo('!');
  }

  @Test
  void a_lost_sandbox_gives_what_had_arrived_and_then_names_the_loss() throws Exception {
    guest.stdout(0, "part");
    guest.close();

    assertThat(console.stdout().readNBytes(4)).asString(UTF_8).isEqualTo("part");
    assertThatThrownBy(() -> console.stdout().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("supervisor");
    assertThat(console.exited().join()).isInstanceOf(ExitStatus.Lost.class);
    assertThatThrownBy(() -> console.stdin().write(1)).isInstanceOf(IOException.class);
  }

  @Test
  void a_loss_after_the_end_leaves_the_status() throws Exception {
    guest.exit(0, 0);
    guest.send(2, 0);
    guest.close();

    assertThat(console.exited().join()).isEqualTo(new ExitStatus.Exited(0));
    assertThat(console.stdout().read()).isEqualTo(-1);
    assertThatThrownBy(() -> console.stderr().read()).isInstanceOf(IOException.class);
    assertThat(console.exited().join()).isEqualTo(new ExitStatus.Exited(0));
  }

  @Test
  void an_interrupted_reader_keeps_its_status_and_loses_nothing() throws Exception {
    var caught = new CompletableFuture<String>();
    Thread reader =
        ChannelFixture.thread(
            () -> {
              try {
                caught.complete("read " + console.stdout().read());
              } catch (InterruptedIOException e) {
                caught.complete("interrupted " + Thread.currentThread().isInterrupted());
              } catch (IOException e) {
                caught.completeExceptionally(e);
              }
            });
    await().until(() -> reader.getState() == Thread.State.WAITING);

    reader.interrupt();

    assertThat(caught.get()).isEqualTo("interrupted true");
    guest.stdout(0, "all");
    assertThat(console.stdout().readNBytes(3)).asString(UTF_8).isEqualTo("all");
  }

  @Test
  void an_interrupted_writer_knows_how_much_was_written() throws Exception {
    var caught = new CompletableFuture<Integer>();
    Thread writer =
        ChannelFixture.thread(
            () -> {
              try {
                console.stdin().write(new byte[4 * WINDOW]);
              } catch (InterruptedIOException e) {
                caught.complete(Thread.currentThread().isInterrupted() ? e.bytesTransferred : -1);
              } catch (IOException e) {
                caught.completeExceptionally(e);
              }
            });
    int received = 0;
    while (received < WINDOW) {
      received += guest.receive(1).payload().length;
    }
    await().until(() -> writer.getState() == Thread.State.WAITING);

    writer.interrupt();

    assertThat(caught.get()).isEqualTo(2 * WINDOW);
    guest.numbers(14, 0, 1, WINDOW);
    while (received < 2 * WINDOW) {
      received += guest.receive(1).payload().length;
    }
    assertThat(received).isEqualTo(2 * WINDOW);
  }

  @Test
  void signals_and_terminal_sizes_reach_the_program() throws Exception {
    console.signal(2);
    console.resize(24, 80);

    assertThat(guest.receive()).matches(frame -> frame.proc() == 10 && frame.u32(0) == 2);
    assertThat(guest.receive())
        .matches(frame -> frame.proc() == 11 && frame.u32(0) == 24 && frame.u32(1) == 80);
    assertThatIllegalArgumentException().isThrownBy(() -> console.signal(65));
    assertThatIllegalArgumentException().isThrownBy(() -> console.resize(0, 80));
  }

  @Test
  void a_detached_program_is_attached_again_without_loss() throws Exception {
    console.stdin().write(new byte[WINDOW + 3]);
    for (int got = 0; got < WINDOW; ) {
      got += guest.receive(1).payload().length;
    }
    console.detach();
    console.detach();
    console.close();
    guest.receive(16);
    guest.stdout(0, "before");
    guest.send(16, 0);
    CompletableFuture<RpcConsole> attaching = inBackground(() -> pair.channel.attach(0, LIMIT));
    Frame attach = guest.receive();
    guest.numbers(15, 0, 0, 2, 10, 0);
    RpcConsole again = attaching.get();
    // before the program ends, as what it has not read then is of no use
    Frame unsent = guest.receive(1);
    guest.stdout(0, "after");
    guest.exit(0, 0);
    guest.endOutputs(0);

    assertThat(attach.proc()).isEqualTo(15);
    assertThat(attach.u32(0)).isEqualTo(WINDOW);
    assertThat(unsent.payload()).hasSize(3);
    assertThat(again.stdout().readAllBytes()).asString(UTF_8).isEqualTo("after");
    assertThat(console.exited().join()).isEqualTo(again.exited().join());
  }

  @Test
  void a_detached_console_gives_what_was_on_its_way() throws Exception {
    console.detach();
    guest.receive(16);
    guest.stdout(0, "before");
    guest.send(16, 0);

    assertThat(console.stdout().readNBytes(6)).asString(UTF_8).isEqualTo("before");
    assertThatThrownBy(() -> console.stdout().read()).hasMessageContaining("detached");
    assertThatThrownBy(() -> console.stdin().write(1)).hasMessageContaining("detached");
  }

  @Test
  void attaching_needs_a_program_that_is_there_and_free() throws Exception {
    assertThatIllegalStateException().isThrownBy(() -> pair.channel.attach(0, LIMIT));
    CompletableFuture<RpcConsole> attaching = inBackground(() -> pair.channel.attach(5, LIMIT));
    guest.receive(15);
    guest.error(5, 1, 3, "no program 5");

    assertThatThrownBy(attaching::get)
        .hasCauseInstanceOf(ProgramNotStartedException.class)
        .hasMessageContaining("no program 5");
  }

  @Test
  void closing_ends_the_interest_in_the_streams_and_not_the_program() throws Exception {
    console.close();
    console.close();

    assertThat(guest.receive().proc()).isEqualTo(1);
    assertThat(guest.receive().proc()).isEqualTo(2);
    assertThat(guest.receive().proc()).isEqualTo(3);
    guest.exit(0, 0);
    assertThat(console.exited().join()).isEqualTo(new ExitStatus.Exited(0));
    await().until(() -> pair.channel.programs() == 0);
  }
}

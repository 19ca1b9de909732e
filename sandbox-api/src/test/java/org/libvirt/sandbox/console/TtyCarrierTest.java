package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.libvirt.sandbox.console.ChannelFixture.LIMIT;
import static org.libvirt.sandbox.console.ChannelFixture.inBackground;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;

/** A channel through a terminal; a socket stands for it. */
@Timeout(60)
class TtyCarrierTest {
  private static final byte CALL = 033;
  private static final byte READY = 034;

  @TempDir Path directory;

  private FakeSupervisor guest;
  private SandboxChannel channel;

  @BeforeEach
  void connect() throws Exception {
    var address = UnixDomainSocketAddress.of(directory.resolve("tty"));
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address);
      SocketChannel host = SocketChannel.open(address);
      guest = new FakeSupervisor(listener.accept());
      channel = SandboxChannel.at(() -> host, "tty");
    }
  }

  @AfterEach
  void close() throws Exception {
    channel.close();
    guest.close();
  }

  @Test
  void the_host_calls_until_it_is_answered_and_passes_over_what_comes_before() throws Exception {
    CompletableFuture<Object> greeted = awaiting();

    assertThat(guest.receiveRaw()).isEqualTo(CALL);
    guest.raw("^[^[login: \r\n".getBytes(UTF_8));
    assertThat(guest.receiveRaw()).isEqualTo(CALL);
    guest.raw(READY);
    guest.greet();

    assertThat(passOverCalls()).isEqualTo(READY);
    assertThat(guest.receive().proc()).isEqualTo(6);
    greeted.get();
  }

  @Test
  void a_program_has_a_window_of_64_kibibytes_for_each_output() throws Exception {
    greet();
    var console = inBackground(() -> channel.start(ChannelFixture.record(), LIMIT));

    guest.receive(7);
    assertThat(guest.receive(14).u32(1)).isEqualTo(64 * 1024);
    assertThat(guest.receive(14).u32(1)).isEqualTo(64 * 1024);
    guest.numbers(8, 0, 2, 64 * 1024);
    console.get();
  }

  @Test
  void the_hosts_last_word_is_a_shutdown() throws Exception {
    greet();

    channel.close();

    assertThat(guest.receive().proc()).isEqualTo(5);
    assertThat(guest.seesEnd()).isTrue();
  }

  @Test
  void a_guest_that_never_answers_is_waited_for_no_longer_than_the_limit() throws Exception {
    assertThatThrownBy(() -> channel.awaitSupervisor(Duration.ofMillis(20)))
        .isInstanceOf(SandboxLostException.class);

    assertThat(guest.receiveRaw()).isEqualTo(CALL);
    assertThat(guest.seesEnd()).isTrue();
  }

  @Test
  void a_terminal_that_ends_before_the_answer_is_no_supervisor() throws Exception {
    CompletableFuture<Object> greeted = awaiting();

    guest.receiveRaw();
    guest.close();

    assertThatThrownBy(greeted::get).hasCauseInstanceOf(SandboxLostException.class);
  }

  @Test
  void a_terminal_that_cannot_be_opened_says_why() {
    var refusal = new SandboxException("no such console");
    SandboxChannel refused =
        SandboxChannel.at(
            () -> {
              throw refusal;
            },
            "tty");

    assertThatThrownBy(() -> refused.awaitSupervisor(LIMIT)).isSameAs(refusal);
  }

  private CompletableFuture<Object> awaiting() {
    return inBackground(
        () -> {
          channel.awaitSupervisor(LIMIT);
          return "greeted";
        });
  }

  private void greet() throws Exception {
    CompletableFuture<Object> greeted = awaiting();
    guest.receiveRaw();
    guest.raw(READY);
    guest.greet();
    passOverCalls();
    guest.receive(6);
    greeted.get();
  }

  private int passOverCalls() throws Exception {
    int next = guest.receiveRaw();
    while (next == CALL) {
      next = guest.receiveRaw();
    }
    return next;
  }
}

package org.libvirt.sandbox.builder.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.ConsoleStream;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.LibvirtRefusedException;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RpcConsole;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.context.StartOptions;
import org.libvirt.sandbox.contract.Traces;

/** What is special about a channel that is a stream through libvirt's daemon. */
@Timeout(180)
final class LibvirtStreamIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final StartOptions STREAM =
      StartOptions.builder().channel(ChannelKind.LIBVIRT_STREAM).build();

  @RegisterExtension static final Daemon DAEMON = new Daemon();

  @BeforeEach
  void takeStreams() {
    DAEMON.use(ChannelKind.LIBVIRT_STREAM);
  }

  @Test
  void a_reader_that_stops_holds_up_neither_signals_nor_other_sandboxes_nor_libvirt()
      throws Exception {
    RpcConsole unread = DAEMON.start("/usr/bin/yes").console();
    await().atMost(LONG).until(() -> unread.stdout().available() >= 64 * 1024);

    assertThat(DAEMON.sh("echo other").stdout()).isEqualTo("other\n");
    unread.signal(15);

    assertThat(unread.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Signaled(15));
  }

  @Test
  void a_program_of_root_cannot_write_to_the_channel() throws Exception {
    assertThat(DAEMON.sh("stat -c %t:%T /dev/tty2").stdout()).isEqualTo("1:3\n");
  }

  @Test
  void a_program_that_does_not_read_holds_up_neither_its_output_nor_its_end() throws Exception {
    RpcConsole console = DAEMON.start("/bin/sh", "-c", "echo out; exec /bin/sleep 1000").console();
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () ->
                assertThatThrownBy(() -> console.stdin().write(new byte[8 << 20]))
                    .isInstanceOf(IOException.class));

    assertThat(console.stdout().readNBytes(4)).asString(UTF_8).isEqualTo("out\n");
    console.signal(9);

    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Signaled(9));
    writing.get(60, SECONDS);
  }

  @Test
  void a_slow_reader_loses_nothing() throws Exception {
    RpcConsole console = DAEMON.start("/usr/bin/seq", "200000").console();
    StringBuilder read = new StringBuilder();
    byte[] chunk = new byte[50];
    for (int n = console.stdout().read(chunk); n >= 0; n = console.stdout().read(chunk)) {
      read.append(new String(chunk, 0, n, UTF_8));
    }

    assertThat(read.toString().lines()).hasSize(200000).endsWith("200000");
  }

  @Test
  void a_daemon_that_is_killed_loses_the_program_and_nothing_is_left() throws Exception {
    try (EmbeddedLibvirt libvirt = EmbeddedLibvirt.start();
        SandboxConnection connection = SandboxConnection.open(libvirt.uri("lxc"));
        InteractiveContext sandbox =
            InteractiveContext.start(
                connection,
                InteractiveConfig.builder().command("/bin/sleep", "1000").build(),
                STREAM)) {
      Traces.of(libvirt).libvirtd().destroyForcibly();

      ExitStatus status = sandbox.console().exited().get(60, SECONDS);

      assertThat(status).isInstanceOf(ExitStatus.Lost.class);
      assertThat(((ExitStatus.Lost) status).cause()).hasMessageContaining("broke");
      // it is ended though its context is still open
      await().atMost(LONG).until(() -> Traces.of(libvirt).sandboxProcesses().isEmpty());
    }
  }

  @Test
  void a_console_that_is_not_there_is_refused() {
    InteractiveContext sandbox = DAEMON.start("/bin/sleep", "1000");

    assertThatThrownBy(
            () ->
                ConsoleStream.open(DAEMON.libvirt().uri("lxc"), sandbox.uuid(), "console7").close())
        .isInstanceOf(LibvirtRefusedException.class)
        .hasMessageContaining("console7");
  }
}

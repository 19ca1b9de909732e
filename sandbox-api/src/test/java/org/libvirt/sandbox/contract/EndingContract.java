package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.RpcConsole;
import org.libvirt.sandbox.context.InteractiveContext;

/** How sandboxes end, and what is left of them: nothing. */
@Timeout(300)
public abstract class EndingContract {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final SandboxDaemon daemon;

  protected EndingContract(SandboxDaemon daemon, ChannelKind channel) {
    this.daemon = daemon;
    daemon.use(channel);
  }

  @Test
  void a_closed_sandbox_leaves_nothing() {
    InteractiveContext sandbox = daemon.start("/bin/sleep", "1000");
    assertThat(traces(sandbox)).anyMatch(line -> line.startsWith("cgroup"));

    sandbox.close();

    assertThat(traces(sandbox)).isEmpty();
  }

  @LongOnMachines("closing from several threads has it")
  @Test
  void closing_twice_does_no_harm() {
    InteractiveContext sandbox = daemon.start("/bin/sleep", "1000");

    sandbox.close();
    sandbox.close();

    assertThat(traces(sandbox)).isEmpty();
  }

  @Test
  void closing_from_several_threads_does_no_harm() throws Exception {
    InteractiveContext sandbox = daemon.start("/bin/sleep", "1000");

    var first = CompletableFuture.runAsync(sandbox::close);
    var second = CompletableFuture.runAsync(sandbox::close);

    first.get(60, SECONDS);
    assertThat(traces(sandbox)).isEmpty();
    second.get(60, SECONDS);
  }

  @Test
  void closing_wakes_who_reads_and_who_waits_for_the_end() throws Exception {
    InteractiveContext sandbox = daemon.start("/bin/sleep", "1000");
    CompletableFuture<byte[]> reader = Outcome.reading(sandbox.console().stdout());
    CompletableFuture<ExitStatus> exited = sandbox.console().exited();

    sandbox.close();

    await().atMost(LONG).until(reader::isDone);
    assertThat(exited.get(60, SECONDS))
        .isNotEqualTo(new ExitStatus.Exited(0))
        .isInstanceOfAny(ExitStatus.Lost.class, ExitStatus.Signaled.class);
  }

  @Test
  void what_was_read_before_the_end_can_be_read_after_closing() throws Exception {
    InteractiveContext sandbox = daemon.start("/bin/echo", "kept");
    sandbox.console().exited().get(60, SECONDS);
    await().atMost(LONG).until(() -> sandbox.console().stdout().available() == 5);

    sandbox.close();

    assertThat(sandbox.console().stdout().readNBytes(5)).asString(UTF_8).isEqualTo("kept\n");
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void an_interrupted_reader_harms_nobody_else() throws Exception {
    InteractiveContext sandbox = daemon.start("/bin/cat");
    RpcConsole console = sandbox.console();
    var reading = new FutureTask<>(() -> console.stdout().read());
    var reader = new Thread(reading, "test-interrupted");
    reader.start();
    await().atMost(LONG).until(() -> reader.getState() == Thread.State.WAITING);

    reader.interrupt();

    assertThatThrownBy(() -> reading.get(60, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedIOException.class);
    console.stdin().write("still there".getBytes(UTF_8));
    console.stdin().close();
    assertThat(Outcome.reading(console.stdout()).get(60, SECONDS))
        .asString(UTF_8)
        .isEqualTo("still there");
    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
  }

  @LongOnMachines("the host's side alone, which is a container's too")
  @Test
  void an_interrupted_writer_harms_nobody_else() throws Exception {
    RpcConsole console = daemon.start("/bin/sleep", "1000").console();
    var writing =
        new FutureTask<Void>(
            () -> {
              console.stdin().write(new byte[8 << 20]);
              return null;
            });
    var writer = new Thread(writing, "test-interrupted");
    writer.start();
    await().atMost(LONG).until(() -> writer.getState() == Thread.State.WAITING);

    writer.interrupt();

    assertThatThrownBy(() -> writing.get(60, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(InterruptedIOException.class);
    console.signal(15);
    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Signaled(15));
  }

  @Test
  void a_start_that_is_interrupted_ends_and_leaves_nothing() throws Exception {
    InteractiveConfig config = sleeping();
    var starting =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              return InteractiveContext.start(daemon.connection(), config, daemon.options());
            });

    new Thread(starting, "test-interrupted").start();

    assertThatThrownBy(() -> starting.get(60, SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SandboxException.class);
    assertThat(traces(config)).isEmpty();
  }

  @Test
  void a_start_that_takes_too_long_ends_and_leaves_nothing() {
    InteractiveConfig config = sleeping();

    assertThatThrownBy(
            () ->
                InteractiveContext.start(
                    daemon.connection(),
                    config,
                    daemon.options().toBuilder().limit(Duration.ofNanos(1)).build()))
        .isInstanceOf(SandboxLostException.class);

    assertThat(traces(config)).isEmpty();
  }

  @Test
  void a_connection_that_is_closed_ends_a_start_and_leaves_nothing() {
    InteractiveConfig config = sleeping();
    SandboxConnection connection = daemon.connect();

    CompletableFuture<InteractiveContext> starting =
        CompletableFuture.supplyAsync(
            () -> InteractiveContext.start(connection, config, daemon.options()));
    await().atMost(LONG).until(() -> !traces(config).isEmpty());
    connection.close();

    // the connection may be closed at any step, also just behind the last one
    try {
      starting.join().close();
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOfAny(SandboxException.class, IllegalStateException.class);
    }
    await().atMost(LONG).untilAsserted(() -> assertThat(traces(config)).isEmpty());
  }

  @Test
  void the_end_of_its_connection_ends_a_sandbox() throws Exception {
    SandboxConnection connection = daemon.connect();
    InteractiveContext sandbox = InteractiveContext.start(connection, sleeping(), daemon.options());
    CompletableFuture<byte[]> reader = Outcome.reading(sandbox.console().stdout());

    connection.close();

    // libvirt sends SIGTERM to all that is in the container, and either end may be told first
    assertThat(sandbox.console().exited().get(60, SECONDS))
        .isInstanceOfAny(ExitStatus.Lost.class, ExitStatus.Signaled.class);
    await().atMost(LONG).until(reader::isDone);
    sandbox.close();
    // libvirtd cleans up by itself, and nobody is connected whom it could tell
    await().atMost(LONG).untilAsserted(() -> assertThat(traces(sandbox)).isEmpty());
  }

  @Test
  void a_sandbox_whose_daemon_was_closed_is_lost_and_can_be_closed() throws Exception {
    try (EmbeddedLibvirt libvirt = daemon.another();
        SandboxConnection connection = SandboxConnection.open(daemon.uriAt(libvirt))) {
      InteractiveContext sandbox =
          InteractiveContext.start(connection, sleeping(), daemon.options());

      libvirt.close();

      assertThat(sandbox.console().exited().get(60, SECONDS)).isInstanceOf(ExitStatus.Lost.class);
      assertThatThrownBy(() -> sandbox.console().stdout().read()).isInstanceOf(IOException.class);
      sandbox.close();
      assertThat(Traces.of(libvirt).of(sandbox.name(), sandbox.uuid())).isEmpty();
    }
  }

  @Test
  void a_start_on_a_closed_connection_is_refused_and_leaves_nothing() {
    InteractiveConfig config = sleeping();
    SandboxConnection connection = daemon.connect();
    connection.close();

    assertThatThrownBy(() -> InteractiveContext.start(connection, config, daemon.options()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");

    assertThat(traces(config)).isEmpty();
  }

  private static InteractiveConfig sleeping() {
    UUID uuid = UUID.randomUUID();
    return InteractiveConfig.builder()
        .name("behave-" + uuid)
        .uuid(uuid)
        .command("/bin/sleep", "1000")
        .build();
  }

  private List<String> traces(InteractiveContext sandbox) {
    return daemon.traces().of(sandbox.name(), sandbox.uuid());
  }

  private List<String> traces(InteractiveConfig config) {
    return daemon.traces().of(config.name(), config.uuid().orElseThrow());
  }
}

package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.console.RpcConsole;

/** The three streams of a program, and their ends. */
@Timeout(300)
public abstract class StreamsContract {
  private static final int MIB = 1 << 20;

  private final SandboxDaemon daemon;

  /** How much of an output the host takes that nobody reads. */
  private final int window;

  protected StreamsContract(SandboxDaemon daemon, ChannelKind channel) {
    this.daemon = daemon;
    daemon.use(channel);
    window = channel == ChannelKind.LIBVIRT_STREAM ? MIB / 16 : MIB;
  }

  @Test
  void stderr_stays_separate_without_a_terminal() throws Exception {
    Outcome outcome = daemon.sh("echo out; echo err >&2; echo more; exec test ! -t 1");

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus.Exited(0), "out\nmore\n", "err\n"));
  }

  @LongOnMachines("the flow of two large outputs; the test of an unread one has it")
  @Test
  void both_outputs_are_whole_when_they_are_large_and_read_one_after_the_other() throws Exception {
    RpcConsole console =
        daemon
            .start(
                "/bin/sh", "-c", "head -c " + window + " /dev/zero >&2; head -c 3000000 /dev/zero")
            .console();

    byte[] stdout = Outcome.reading(console.stdout()).get(60, SECONDS);
    byte[] stderr = Outcome.reading(console.stderr()).get(60, SECONDS);

    assertThat(stdout).hasSize(3_000_000).containsOnly(0);
    assertThat(stderr).hasSize(window).containsOnly(0);
  }

  @Test
  void sixty_four_mebibytes_through_cat_come_back_unchanged() throws Exception {
    RpcConsole console = daemon.start("/bin/cat").console();
    MessageDigest sent = MessageDigest.getInstance("SHA-256");

    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> writeRandomBytes(64, console.stdin(), sent));
    MessageDigest received = MessageDigest.getInstance("SHA-256");
    long bytes =
        new DigestInputStream(console.stdout(), received)
            .transferTo(OutputStream.nullOutputStream());

    writing.get(60, SECONDS);
    assertThat(bytes).isEqualTo(64L * MIB);
    assertThat(received.digest()).isEqualTo(sent.digest());
    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
  }

  @Test
  protected void a_mebibyte_written_just_before_the_end_arrives() throws Exception {
    Outcome outcome = daemon.run("/usr/bin/head", "-c", "1048576", "/dev/zero");

    assertThat(outcome.stdout()).hasSize(MIB);
    assertThat(outcome.status()).isEqualTo(new ExitStatus.Exited(0));
  }

  @LongOnMachines("an end of input; the test of the one that leaves the outputs open has it")
  @Test
  void input_that_ends_at_once_is_the_end_of_file() throws Exception {
    Outcome outcome = daemon.run("/bin/cat");

    assertThat(outcome).isEqualTo(new Outcome(new ExitStatus.Exited(0), "", ""));
  }

  @Test
  void input_that_nobody_reads_holds_up_nothing() throws Exception {
    RpcConsole console = daemon.start("/bin/echo", "done").console();

    assertThatThrownBy(() -> writeRandomBytes(8, console.stdin(), sha256()))
        .hasMessageContaining("Broken pipe");

    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
    assertThat(console.stdout().readAllBytes()).asString(UTF_8).isEqualTo("done\n");
  }

  @LongOnMachines("input that is not read; the test of the program that ends has it")
  @Test
  void a_program_that_closes_its_input_runs_on() throws Exception {
    RpcConsole console = daemon.start("/bin/sh", "-c", "exec <&-; exec sleep 1000").console();

    assertThatThrownBy(() -> writeRandomBytes(8, console.stdin(), sha256()))
        .hasMessageContaining("Broken pipe");
    console.signal(15);

    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Signaled(15));
  }

  @Test
  void the_end_of_the_input_leaves_the_outputs_open() throws Exception {
    RpcConsole console =
        daemon.start("/bin/sh", "-c", "cat; echo after the end; echo err >&2").console();

    console.stdin().write("input\n".getBytes(UTF_8));
    console.stdin().close();

    assertThat(console.stdout().readAllBytes()).asString(UTF_8).isEqualTo("input\nafter the end\n");
    assertThat(console.stderr().readAllBytes()).asString(UTF_8).isEqualTo("err\n");
  }

  @Test
  void the_end_of_an_output_is_seen_while_the_program_runs_on() throws Exception {
    RpcConsole console =
        daemon.start("/bin/sh", "-c", "echo last; exec >&-; read line; exit 3").console();

    byte[] stdout = console.stdout().readAllBytes();
    boolean ended = console.exited().isDone();
    console.stdin().write('\n');
    console.stdin().flush();

    assertThat(stdout).asString(UTF_8).isEqualTo("last\n");
    assertThat(ended).isFalse();
    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(3));
  }

  @Test
  void a_program_whose_output_nobody_wants_any_more_gets_sigpipe() throws Exception {
    RpcConsole console = daemon.start("/usr/bin/yes").console();

    console.stdout().close();

    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Signaled(13));
  }

  @Test
  void a_reader_who_never_reads_does_not_hold_up_the_end() throws Exception {
    RpcConsole console = daemon.start("/usr/bin/head", "-c", "" + window, "/dev/zero").console();

    ExitStatus status = console.exited().get(60, SECONDS);

    assertThat(status).isEqualTo(new ExitStatus.Exited(0));
    assertThat(Outcome.reading(console.stdout()).get(60, SECONDS)).hasSize(window);
  }

  /** More than the window: what is beyond it waits in the pipe until somebody reads. */
  @LongOnMachines("more than the window; the test of the reader who never reads has the window")
  @Test
  void what_lay_in_the_pipe_at_the_end_can_be_read_after_it() throws Exception {
    int most = window + 32768;
    RpcConsole console = daemon.start("/usr/bin/head", "-c", "" + most, "/dev/zero").console();

    ExitStatus status = console.exited().get(60, SECONDS);

    assertThat(status).isEqualTo(new ExitStatus.Exited(0));
    assertThat(Outcome.reading(console.stdout()).get(60, SECONDS)).hasSize(most);
  }

  @Test
  void an_unread_output_does_not_hold_up_the_other() throws Exception {
    RpcConsole console =
        daemon.start("/bin/sh", "-c", "yes & head -c 3000000 /dev/zero >&2; kill $!").console();

    byte[] stderr = Outcome.reading(console.stderr()).get(60, SECONDS);

    assertThat(stderr).hasSize(3_000_000);
    assertThat(console.exited().get(60, SECONDS)).isEqualTo(new ExitStatus.Exited(0));
  }

  @LongOnMachines("all bytes; the random ones through cat have them")
  @Test
  void what_a_program_reads_and_writes_need_not_be_text() throws Exception {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    RpcConsole console = daemon.start("/bin/cat").console();

    console.stdin().write(all);
    console.stdin().close();

    var received = new ByteArrayOutputStream();
    InputStream stdout = console.stdout();
    for (int next = stdout.read(); next >= 0; next = stdout.read()) {
      received.write(next);
    }
    assertThat(received.toByteArray()).isEqualTo(all);
  }

  private static MessageDigest sha256() throws Exception {
    return MessageDigest.getInstance("SHA-256");
  }

  private static void writeRandomBytes(int mebibytes, OutputStream to, MessageDigest digest) {
    var random = new Random(20);
    byte[] bytes = new byte[MIB];
    try (var out = new DigestOutputStream(to, digest)) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(bytes);
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

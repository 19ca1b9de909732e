package org.libvirt.sandbox.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.PseudoTerminal;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.TerminalSize;

@Timeout(60)
final class RawConsoleTest {
  private static final String IAC = "\u00ff";
  private static final String SB = IAC + "\u00fa";
  private static final String SE = IAC + "\u00f0";
  private static final String HELLO = SB + "\u00d6\0";

  private final PseudoTerminal guest = PseudoTerminal.open();
  private final AtomicInteger releases = new AtomicInteger();

  @AfterEach
  void closeTerminal() {
    guest.close();
  }

  @Test
  void what_the_shell_says_is_read_and_what_is_typed_arrives() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      guest.write("said \u00ff\u00ff\u0011\u0003 all\r\n");
      shell.stdin().write("typed \u00ff\n".getBytes(ISO_8859_1));

      assertThat(shell.stdout().readNBytes(14))
          .isEqualTo("said \u00ff\u0011\u0003 all\r\n".getBytes(ISO_8859_1));
      guest.readUntil("typed " + IAC + IAC + "\n");
    }
  }

  @Test
  void the_shells_end_is_that_of_the_console() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      guest.write("bye" + ended("\0\0\3\0"));

      assertThat(shell.stdout().readAllBytes()).isEqualTo("bye".getBytes(ISO_8859_1));
      assertThat(shell.exited().get(10, SECONDS)).isEqualTo(new ExitStatus.Exited(3));
      assertThat(shell.closed().get(10, SECONDS)).isEmpty();
      assertThatThrownBy(() -> shell.stdin().write(1))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("Broken pipe");
    }
  }

  @Test
  void who_hears_of_its_end_can_have_the_console_at_once() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      var releasedAtEnd = shell.exited().thenApply(status -> releases.get());
      guest.write(ended("\0\0\0\0"));

      assertThat(releasedAtEnd.get(10, SECONDS)).isEqualTo(1);
    }
  }

  @Test
  void an_end_that_was_told_before_the_greeting_is_anothers() throws Exception {
    try (RawConsole shell = shell()) {
      guest.write("old" + ended("\0\0\7\0"));
      greet();
      guest.write("new" + ended("\0\0\2\0"));

      assertThat(shell.stdout().readAllBytes()).isEqualTo("oldnew".getBytes(ISO_8859_1));
      assertThat(shell.exited().get(10, SECONDS)).isEqualTo(new ExitStatus.Exited(2));
    }
  }

  @Test
  void a_wait_status_that_is_none_is_no_crash() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      guest.write(ended("\0\0\0\u007f"));

      assertThat(shell.exited().get(10, SECONDS)).isInstanceOf(ExitStatus.Lost.class);
    }
  }

  @Test
  void a_size_and_the_end_of_the_input_are_passed_on() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      shell.resize(new TerminalSize(24, 255));
      guest.readUntil(SB + "\u001f\0" + IAC + IAC + "\0\u0018" + SE);
      shell.stdin().write("last".getBytes(ISO_8859_1));
      shell.stdin().close();

      guest.readUntil("last" + IAC + "\u00ec");
      assertThat(shell.closed()).isNotDone();
    }
  }

  @Test
  void bug_25_an_escape_character_from_the_guest_means_nothing() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      guest.write("a\u001db");

      assertThat(shell.stdout().readNBytes(3)).isEqualTo("a\u001db".getBytes(ISO_8859_1));
      assertThat(shell.closed()).isNotDone();
    }
  }

  @Test
  void bug_31_a_sandbox_that_is_gone_without_telling_is_lost_to_listeners() throws Exception {
    var status = new CompletableFuture<ExitStatus>();
    var cause = new CompletableFuture<Optional<SandboxException>>();
    try (RawConsole shell = shell()) {
      shell.listen(
          new ConsoleListener() {
            @Override
            public void exited(ExitStatus told) {
              status.complete(told);
            }

            @Override
            public void closed(Optional<SandboxException> told) {
              cause.complete(told);
            }
          });
      greet();
      guest.close();

      assertThat(status.get(10, SECONDS)).isInstanceOf(ExitStatus.Lost.class);
      assertThat(cause.get(10, SECONDS).orElseThrow()).isInstanceOf(SandboxLostException.class);
      await().untilAtomic(releases, is(1));
    }
  }

  @Test
  void leaving_wakes_the_reader_and_tells_the_shell_nothing() throws Exception {
    RawConsole shell = shell();
    greet();
    var reading = CompletableFuture.supplyAsync(() -> readFailure(shell));

    shell.close();
    shell.close();

    assertThat(reading.get(10, SECONDS)).isEqualTo("Stream closed");
    assertThat(shell.closed().get(10, SECONDS)).isEmpty();
    assertThat(shell.exited().get(10, SECONDS)).isInstanceOf(ExitStatus.Lost.class);
    assertThat(guest.read()).as("hang-up, and no byte").isEmpty();
    await().untilAtomic(releases, is(1));
  }

  @Test
  void a_reader_that_is_interrupted_loses_nothing() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> shell.stdout().read()).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();

      guest.write("x");
      assertThat(shell.stdout().read()).isEqualTo('x');
    }
  }

  @Test
  void a_log_is_read_as_it_is_and_takes_no_input() throws Exception {
    try (RawConsole log = RawConsole.log(guest.path(), releases::incrementAndGet)) {
      guest.write("a\u00ff\u00fab");

      assertThat(log.stdout().readNBytes(4)).isEqualTo("a\u00ff\u00fab".getBytes(ISO_8859_1));
      assertThatThrownBy(() -> log.stdin().write(1)).hasMessage("a sandbox's log takes no input");
      assertThat(log.stderr().read()).isEqualTo(-1);
    }
  }

  @Test
  void streams_of_the_callers_are_joined_until_the_end() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      var out = new ByteArrayOutputStream();
      try (Attachment attachment =
          shell.attach(
              new ByteArrayInputStream("typed".getBytes(ISO_8859_1)),
              out,
              OutputStream.nullOutputStream())) {
        guest.readUntil("typed" + IAC + "\u00ec");
        guest.write("said" + ended("\0\0\0\0"));

        attachment.written().get(10, SECONDS);
      }
      assertThat(out.toString(ISO_8859_1)).isEqualTo("said");
    }
  }

  @Test
  void bug_7_a_console_without_an_input_is_attached_all_the_same() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      var out = new ByteArrayOutputStream();
      try (Attachment attachment = shell.attach(null, out, out)) {
        guest.write("said" + ended("\0\0\1\0"));

        attachment.written().get(10, SECONDS);
      }
      assertThat(out.toString(ISO_8859_1)).isEqualTo("said");
    }
  }

  @Test
  void an_attachment_that_is_closed_leaves_the_console_open() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      Attachment attachment = shell.attach(null, OutputStream.nullOutputStream(), System.err);
      attachment.close();
      attachment.written().get(10, SECONDS);

      guest.write("later");
      assertThat(shell.stdout().readNBytes(5)).isEqualTo("later".getBytes(ISO_8859_1));
    }
  }

  @Test
  void an_output_that_cannot_be_written_is_told() throws Exception {
    try (RawConsole shell = shell()) {
      greet();
      Attachment attachment = shell.attach(null, new Full(), OutputStream.nullOutputStream());
      guest.write("x");

      assertThatThrownBy(() -> attachment.written().join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(SandboxException.class)
          .hasMessageContaining("cannot write the sandbox's output: No space left");
    }
  }

  private RawConsole shell() {
    return RawConsole.shell(guest.path(), releases::incrementAndGet);
  }

  /** As a guest does: the hello comes back. */
  private void greet() {
    String typed = guest.readUntil(SE);
    guest.write(typed.substring(typed.indexOf(HELLO)));
  }

  private static String ended(String waitStatus) {
    return SB + "\u00d6\1" + waitStatus + SE;
  }

  private static String readFailure(RawConsole shell) {
    try {
      return "read " + shell.stdout().read();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** A file system without room. */
  private static final class Full extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      throw new IOException("No space left on device");
    }
  }
}

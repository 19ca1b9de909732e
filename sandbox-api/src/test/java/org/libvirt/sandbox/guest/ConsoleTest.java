package org.libvirt.sandbox.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.libvirt.sandbox.PseudoTerminal;

/** Programs behind a console: when they start, what travels, how they end. */
@Timeout(120)
@ParameterizedClass
@EnumSource(InitBuild.class)
class ConsoleTest {
  private static final int ESRCH = 3;
  private static final int EEXIST = 17;
  private static final int EINVAL = 22;
  private static final int EAGAIN = 11;
  private static final int STAGE_RECORD = 2;
  private static final int SERIAL = 1;
  private static final String IAC = "\u00ff";
  private static final String SB = IAC + "\u00fa";
  private static final String SE = IAC + "\u00f0";
  private static final String HELLO = SB + "\u00d6\0abcd" + SE;
  private static final String END = SB + "\u00d6\1";

  private final InitBuild build;
  private final PseudoTerminal terminal = PseudoTerminal.open();

  ConsoleTest(InitBuild build) {
    this.build = build;
  }

  @AfterEach
  void closeTerminal() {
    terminal.close();
  }

  @Test
  void a_program_starts_with_the_first_byte_and_its_end_is_told() throws Exception {
    try (var guest = started()) {
      open(guest, shell());
      terminal.write("echo $((40 + 2)); exit 7\n");

      assertThat(terminal.readUntil(SE)).contains("42\r\n").endsWith(ended(7 << 8));
    }
  }

  @Test
  void a_hello_is_answered_and_starts_one_too() throws Exception {
    try (var guest = started()) {
      open(guest, shell());
      terminal.write(HELLO);

      terminal.readUntil(HELLO);
      terminal.readUntil("# ");
    }
  }

  @Test
  void a_size_alone_starts_none_and_is_that_of_the_next() throws Exception {
    try (var guest = started()) {
      open(guest, shell());
      terminal.write(SB + "\u001f\0P\0!" + SE);
      terminal.write("stty size; exit\n");

      assertThat(terminal.readUntil(SE)).contains("33 80\r\n");
    }
  }

  @Test
  void a_size_of_255_columns_is_doubled_and_reaches_a_program_that_runs() throws Exception {
    try (var guest = started()) {
      open(guest, shell());
      terminal.write("echo $((40 + 2))\n");
      terminal.readUntil("42\r\n");
      terminal.write(SB + "\u001f\0" + IAC + IAC + "\0\u0018" + SE + "stty size; exit\n");

      assertThat(terminal.readUntil(SE)).contains("24 255\r\n");
    }
  }

  @Test
  void the_next_one_who_comes_gets_another() throws Exception {
    try (var guest = started()) {
      open(guest, shell());

      for (int code = 1; code <= 3; code++) {
        terminal.write("exit " + code + "\n");
        assertThat(terminal.readUntil(SE)).endsWith(ended(code << 8));
      }
    }
  }

  @Test
  void no_program_can_pretend_an_end() throws Exception {
    try (var guest = started()) {
      open(guest, shell());
      terminal.write("printf '\\377\\372\\326\\1\\0\\0\\0\\0\\377\\360'; exit 9\n");

      assertThat(terminal.readUntil(ended(9 << 8)))
          .contains(IAC + IAC + "\u00fa\u00d6\1\0\0\0\0" + IAC + IAC + "\u00f0");
    }
  }

  @Test
  void the_end_of_the_input_is_typed() throws Exception {
    try (var guest = started()) {
      open(guest, record("/bin/sh", "-c", "cat; exit 5"));
      terminal.write("said" + IAC + "\u00ec");

      assertThat(terminal.readUntil(SE)).contains("saidsaid").endsWith(ended(5 << 8));
    }
  }

  @Test
  void garbage_is_passed_over() throws Exception {
    try (var guest = started()) {
      open(guest, shell());
      String endless = "x".repeat(300);
      terminal.write(
          IAC + "\u00fb\u0001" + IAC + "\u00f1" + SB + "c" + endless + SE + SB + IAC + SE);
      terminal.write(SB + "\u001f\0\0\0\0" + SE + SB + "\u00d6\1\0\0\0\0" + SE + SE);
      terminal.write("exit 3\n");

      assertThat(terminal.readUntil(SE)).doesNotContain("xxx").endsWith(ended(3 << 8));
    }
  }

  @Test
  void a_program_that_cannot_be_executed_is_told_in_words_and_as_a_shell_does() throws Exception {
    try (var guest = started()) {
      open(guest, record("/no/such/program"));
      terminal.write("x");

      assertThat(terminal.readUntil(SE))
          .contains("sandbox: cannot execute '/no/such/program': ")
          .endsWith(ended(127 << 8));
    }
  }

  @Test
  void a_console_that_nobody_reads_holds_up_no_frame() throws Exception {
    try (var guest = started()) {
      open(guest, record("/usr/bin/yes"));
      terminal.write("x");
      terminal.readUntil("y\r\ny\r\n");

      guest.stdin(0, "echoed\n");
      guest.readUntil(0, Frame.STDOUT, "echoed\n");
      guest.send(Frame.of(Frame.PING, 0));
      guest.await(Frame.PONG, 0);
    }
  }

  @Test
  void the_end_of_the_first_program_hangs_up_an_idle_shell() throws Exception {
    try (var guest = started()) {
      open(guest, shell());
      terminal.write("echo $((40 + 2))\n");
      terminal.readUntil("42\r\n");
      guest.stdin(0, "");

      assertThat(guest.outcome(0).code()).isZero();
      assertThat(terminal.readUntil(SE)).endsWith(ended(1));
    }
  }

  @Test
  void after_the_end_of_the_first_program_there_is_none() throws Exception {
    try (var guest = started()) {
      guest.stdin(0, "");
      guest.outcome(0);

      assertThat(ask(guest, SERIAL, shell()).number(1)).isEqualTo(ESRCH);
    }
  }

  @ParameterizedTest
  @CsvSource({"/dev/tty9, 6, 2", "/dev/null, 6, 25", "/etc/passwd, 2, 22"})
  void what_is_no_terminal_below_dev_is_refused(String path, int stage, int errno)
      throws Exception {
    try (var guest = started()) {
      Frame answer = ask(guest, SERIAL, LaunchRecord.of("sh").terminal(24, 80).console(path));

      assertThat(answer.number(0)).isEqualTo(stage);
      assertThat(answer.number(1)).isEqualTo(errno);
    }
  }

  @Test
  void a_record_without_a_console_or_a_terminal_is_refused() throws Exception {
    try (var guest = started()) {
      Frame noConsole = ask(guest, SERIAL, LaunchRecord.of("sh").terminal(24, 80));
      Frame noTerminal = ask(guest, SERIAL, LaunchRecord.of("sh").console("/dev/tty2"));

      assertThat(noConsole.number(0)).isEqualTo(STAGE_RECORD);
      assertThat(noConsole.number(1)).isEqualTo(EINVAL);
      assertThat(noTerminal.number(1)).isEqualTo(EINVAL);
      open(guest, shell());
    }
  }

  @Test
  void there_are_four_at_most_and_each_has_its_own_number() throws Exception {
    try (var guest = started()) {
      for (int serial = 1; serial <= 4; serial++) {
        assertThat(ask(guest, serial, shell()).proc()).isEqualTo(Frame.CONSOLE);
      }

      assertThat(ask(guest, 5, shell()).number(1)).isEqualTo(EAGAIN);
      assertThat(ask(guest, 4, shell()).number(1)).isEqualTo(EEXIST);
      assertThat(ask(guest, 0, shell()).number(1)).isEqualTo(EEXIST);
    }
  }

  @Test
  void a_record_may_come_in_parts() throws Exception {
    try (var guest = started()) {
      byte[] record = shell().bytes();
      byte[] start = ByteBuffer.allocate(10).put(record, 0, 10).array();
      byte[] rest =
          ByteBuffer.allocate(record.length - 10).put(record, 10, record.length - 10).array();
      guest.send(new Frame(Frame.CONSOLE, 0, 2, SERIAL, start));
      guest.send(Frame.of(Frame.CONSOLE, SERIAL, rest));

      guest.await(Frame.CONSOLE, SERIAL);
    }
  }

  /** A guest whose first program is cat. */
  private Guest started() throws Exception {
    Guest guest = Guest.withConsole(build, terminal.path());
    guest.startFreely(0, LaunchRecord.of("cat"));
    return guest;
  }

  private static LaunchRecord shell() {
    return record("/bin/sh").variable("PS1=# ");
  }

  private static LaunchRecord record(String... arguments) {
    return LaunchRecord.of(arguments).terminal(24, 80).console("/dev/tty2");
  }

  private static void open(Guest guest, LaunchRecord record) throws Exception {
    assertThat(ask(guest, SERIAL, record).proc()).isEqualTo(Frame.CONSOLE);
  }

  private static Frame ask(Guest guest, int serial, LaunchRecord record) throws Exception {
    guest.send(Frame.of(Frame.CONSOLE, serial, record.bytes()));
    return guest.await(f -> f.is(Frame.CONSOLE, serial) || f.is(Frame.ERROR, serial));
  }

  private static String ended(int waitStatus) {
    return END + "\0\0" + (char) (waitStatus >> 8) + (char) (waitStatus & 0xff) + SE;
  }
}

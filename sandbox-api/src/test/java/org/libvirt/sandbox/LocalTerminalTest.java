package org.libvirt.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LocalTerminalTest {
  private static final int READ_WRITE = 2;
  private static final int NO_CONTROLLING_TERMINAL = 0400;
  private static final NativeLong SET_WINDOW_SIZE = new NativeLong(0x5414);

  private int master;
  private String path;
  private int descriptor;

  @BeforeEach
  void openTerminal() {
    master = C.INSTANCE.posix_openpt(READ_WRITE | NO_CONTROLLING_TERMINAL);
    C.INSTANCE.grantpt(master);
    C.INSTANCE.unlockpt(master);
    path = C.INSTANCE.ptsname(master);
    descriptor = C.INSTANCE.open(path, READ_WRITE | NO_CONTROLLING_TERMINAL);
  }

  @AfterEach
  void closeTerminal() {
    C.INSTANCE.close(descriptor);
    C.INSTANCE.close(master);
  }

  @Test
  void a_raw_terminal_echoes_nothing_and_changes_nothing_and_is_restored_BUG_53() {
    byte[] before = attributes();
    byte[] raw = attributes();
    C.INSTANCE.cfmakeraw(raw);

    try (var terminal = LocalTerminal.at(descriptor).orElseThrow()) {
      terminal.raw();
      assertThat(attributes()).isEqualTo(raw);
      terminal.restore();
      assertThat(attributes()).isEqualTo(before);
      terminal.raw();
      assertThat(attributes()).isEqualTo(raw);
      assertThat(terminal.attributes()).isEqualTo(before);
    }

    assertThat(attributes()).isEqualTo(before);
  }

  @Test
  void it_is_restored_when_its_stream_has_been_closed_BUG_53() {
    byte[] before = attributes();
    var terminal = LocalTerminal.at(descriptor).orElseThrow();
    terminal.raw();

    C.INSTANCE.close(descriptor);
    terminal.close();

    descriptor = C.INSTANCE.open(path, READ_WRITE | NO_CONTROLLING_TERMINAL);
    assertThat(attributes()).isEqualTo(before);
  }

  @Test
  void it_is_restored_when_the_process_ends_without_having_closed_it_BUG_53() throws Exception {
    byte[] before = attributes();

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RawExit.class.getName())
            .redirectInput(new File(path))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("raw\n");
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(3);
    assertThat(attributes()).isEqualTo(before);
  }

  @Test
  void a_closed_one_does_nothing_any_more() {
    byte[] before = attributes();
    var terminal = LocalTerminal.at(descriptor).orElseThrow();
    terminal.close();
    terminal.close();

    terminal.raw();
    terminal.restore();

    assertThat(attributes()).isEqualTo(before);
    assertThat(terminal.size()).isEmpty();
  }

  @Test
  void its_size_is_what_it_is_now_BUG_50() {
    try (var terminal = LocalTerminal.at(descriptor).orElseThrow()) {
      assertThat(terminal.size()).as("that nobody has set").isEmpty();

      C.INSTANCE.ioctl(master, SET_WINDOW_SIZE, new short[] {50, (short) 40000, 0, 0});

      assertThat(terminal.size()).contains(new TerminalSize(50, 40000));
    }
  }

  @Test
  void it_knows_its_path() {
    try (var terminal = LocalTerminal.at(descriptor).orElseThrow()) {
      assertThat(terminal.path()).contains(Path.of(path));
    }
  }

  @Test
  void a_file_is_no_terminal() {
    int file = C.INSTANCE.open("/dev/null", READ_WRITE);

    assertThat(LocalTerminal.isAt(file)).isFalse();
    assertThat(LocalTerminal.at(file)).isEmpty();
    C.INSTANCE.close(file);
    assertThat(LocalTerminal.isAt(file)).isFalse();
    assertThat(LocalTerminal.isAt(descriptor)).isTrue();
  }

  private byte[] attributes() {
    byte[] attributes = new byte[EmbeddedLibvirt.TERMIOS_SIZE];
    assertThat(C.INSTANCE.tcgetattr(descriptor, attributes)).isZero();
    return attributes;
  }

  /** Makes the terminal at its input raw, and exits. */
  static final class RawExit {
    private RawExit() {}

    public static void main(String[] arguments) {
      LocalTerminal.at(0).orElseThrow().raw();
      System.out.println("raw");
      System.exit(3);
    }
  }

  interface C extends Library {
    C INSTANCE = Native.load("c", C.class);

    int posix_openpt(int flags);

    int grantpt(int fd);

    int unlockpt(int fd);

    String ptsname(int fd);

    int open(String path, int flags);

    int tcgetattr(int fd, byte[] attributes);

    void cfmakeraw(byte[] attributes);

    int ioctl(int fd, NativeLong request, short[] numbers);

    int close(int fd);
  }
}

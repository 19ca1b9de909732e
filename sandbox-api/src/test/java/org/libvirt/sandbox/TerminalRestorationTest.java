package org.libvirt.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TerminalRestorationTest {
  private static final int READ_WRITE = 2;
  private static final int NO_CONTROLLING_TERMINAL = 0400;
  private static final int TERMIOS_SIZE = 60;

  @TempDir Path temporary;
  private DaemonSite site;
  private int terminal;

  @BeforeEach
  void openTerminal() {
    site =
        new DaemonSite(
            temporary.resolve("state"), temporary.resolve("cache"), DaemonSite.ofHost().programs());
    terminal = C.INSTANCE.posix_openpt(READ_WRITE | NO_CONTROLLING_TERMINAL);
    C.INSTANCE.grantpt(terminal);
    C.INSTANCE.unlockpt(terminal);
  }

  @AfterEach
  void closeTerminal() {
    C.INSTANCE.close(terminal);
  }

  @Test
  void a_terminal_that_nobody_restored_is_restored() {
    byte[] before = attributes();
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      libvirt.restoreWhenOrphaned(path(), before);
      makeRaw();
    }

    assertThat(attributes()).isEqualTo(before);
  }

  @Test
  void a_terminal_that_has_been_restored_is_left_alone() {
    byte[] before = attributes();
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      libvirt.restoreWhenOrphaned(path(), before);
      libvirt.terminalRestored();
      makeRaw();
    }

    assertThat(attributes()).isNotEqualTo(before);
  }

  @Test
  void a_terminal_needs_a_path_of_its_own() {
    try (var libvirt = EmbeddedLibvirt.start(site)) {
      assertThatThrownBy(() -> libvirt.restoreWhenOrphaned(Path.of("/dev/tty"), attributes()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("/dev/pts/3");
      assertThatThrownBy(() -> libvirt.restoreWhenOrphaned(Path.of("/dev/a\nb"), attributes()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> libvirt.restoreWhenOrphaned(path(), new byte[3]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 bytes");
    }
  }

  @Test
  void a_daemon_that_has_ended_takes_no_terminal() {
    var libvirt = EmbeddedLibvirt.start(site);
    libvirt.close();

    assertThatThrownBy(() -> libvirt.restoreWhenOrphaned(path(), attributes()))
        .isInstanceOf(SandboxLostException.class);
    assertThatThrownBy(() -> libvirt.removeWhenOrphaned(site.state().resolve("one")))
        .isInstanceOf(SandboxLostException.class);
  }

  private Path path() {
    return Path.of(C.INSTANCE.ptsname(terminal));
  }

  private byte[] attributes() {
    byte[] attributes = new byte[TERMIOS_SIZE];
    assertThat(C.INSTANCE.tcgetattr(terminal, attributes)).isZero();
    return attributes;
  }

  private void makeRaw() {
    byte[] attributes = attributes();
    C.INSTANCE.cfmakeraw(attributes);
    assertThat(C.INSTANCE.tcsetattr(terminal, 0, attributes)).isZero();
  }

  interface C extends Library {
    C INSTANCE = Native.load("c", C.class);

    int posix_openpt(int flags);

    int grantpt(int fd);

    int unlockpt(int fd);

    String ptsname(int fd);

    int tcgetattr(int fd, byte[] attributes);

    int tcsetattr(int fd, int actions, byte[] attributes);

    void cfmakeraw(byte[] attributes);

    int close(int fd);
  }
}

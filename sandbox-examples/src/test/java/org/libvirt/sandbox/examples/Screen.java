package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A user's terminal, of tmux, of 80 columns and 24 rows, and the shell in it, with virt-sandbox on
 * its PATH.
 */
final class Screen implements AutoCloseable {
  private static final List<String> TMUX = List.of("tmux", "-f", "/dev/null", "-S");

  /** What is shown here follows at once, but for the start of a sandbox on a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Path socket;

  private Screen(Path socket) {
    this.socket = socket;
  }

  /**
   * Opens a terminal.
   *
   * @param directory of its own, where its shell starts
   */
  static Screen open(Path directory) {
    var screen = new Screen(directory.resolve("tmux"));
    screen.tmux(
        "new-session",
        "-d",
        "-x",
        "80",
        "-y",
        "24",
        "-c",
        directory.toString(),
        "PS1='$ ' exec bash --norc");
    screen.awaitText("$");
    return screen;
  }

  /** Types a line. */
  void line(String text) {
    tmux("send-keys", "-l", text);
    keys("Enter");
  }

  /** Presses keys by tmux's names, such as {@code C-c}. */
  void keys(String... names) {
    tmux("send-keys", names);
  }

  /** Types characters that arrive together. */
  void together(String text) {
    tmux("send-keys", "-l", text);
  }

  void resize(int rows, int columns) {
    tmux("resize-window", "-x", Integer.toString(columns), "-y", Integer.toString(rows));
  }

  /** What it shows now, without empty lines at the end. */
  String shown() {
    return tmux("capture-pane", "-p").stripTrailing();
  }

  void awaitText(String text) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(shown()).contains(text));
  }

  private String tmux(String command, String... arguments) {
    var words = new ArrayList<>(TMUX);
    words.add(socket.toString());
    words.add(command);
    words.addAll(List.of(arguments));
    var ran = Shell.run("exec \"$@\"", words.toArray(String[]::new));
    assertThat(ran.err()).isEmpty();
    return ran.out();
  }

  /** Hangs up. */
  @Override
  public void close() {
    tmux("kill-server");
  }
}

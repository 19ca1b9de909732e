package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A recorded run, done again by the command itself, in a process of its own. */
final class RecordedCommand {
  /** What the programs write that wait for something to come. */
  private static final String READY = "ready";

  private final RecordedRun run;
  private final String place;
  private final Path out;
  private final Path err;
  private final Path terminal;

  /**
   * Prepares it.
   *
   * @param run which
   * @param place where the files lie that it is about
   * @param scratch where the command's streams go
   */
  RecordedCommand(RecordedRun run, Path place, Path scratch) {
    this.run = run;
    this.place = place.toString();
    out = scratch.resolve(run.id() + ".out");
    err = scratch.resolve(run.id() + ".err");
    terminal = scratch.resolve(run.id() + ".tty");
  }

  Ran ran() {
    try (var shell = Shell.start(script(), out.toString(), err.toString(), terminal.toString())) {
      if (run.stdin().equals("text")) {
        shell.type(new String(run.input(), UTF_8));
        shell.endInput();
      }
      if (run.isOnTerminal()) {
        type(shell);
      }
      if (run.signal() != null) {
        awaitOutput(READY);
        String number = run.signal().get("number").getAsString();
        Shell.run("kill -$1 $2", number, Long.toString(shell.process().pid()));
      }
      int status = shell.await().status();
      return new Ran(status, read(out), read(err));
    }
  }

  private String script() {
    String command =
        Stream.of(run.arguments(place))
            .map(RecordedCommand::quoted)
            .collect(Collectors.joining(" ", "virt-sandbox ", ""));
    String streams =
        switch (run.stdin()) {
          case "null" -> " </dev/null";
          case "closed" -> " <&-";
          default -> "";
        };
    if (run.isOnTerminal()) {
      String inside = "tty >\"$TTY\"; stty rows 30 cols 100; exec " + command;
      command = "script -qefc " + quoted(inside) + " /dev/null";
    }
    if (run.user() != null) {
      // who has no number in a user namespace has the recorded one there, and still sees the files
      command = "unshare --user " + command;
    }
    return "cd %s; export TTY=\"$3\" TERM=dumb LANG=C.UTF-8%s; exec %s >\"$1\" 2>\"$2\"%s"
        .formatted(
            quoted(run.cwd() == null ? "/" : run.cwd().replace(RecordedRun.PLACE, place)),
            variables(),
            command,
            streams);
  }

  private String variables() {
    return run.env() == null
        ? ""
        : run.env().entrySet().stream()
            .map(variable -> " " + variable.getKey() + "=" + quoted(variable.getValue()))
            .collect(Collectors.joining());
  }

  /** For a shell; printf makes what is not ASCII, as this JVM's own locale may not have it. */
  private static String quoted(String word) {
    if (word.chars().allMatch(c -> c < 128)) {
      return "'" + word.replace("'", "'\\''") + "'";
    }
    String octal = word.chars().mapToObj("\\%03o"::formatted).collect(Collectors.joining());
    return "\"$(printf '" + octal + "')\"";
  }

  /** What was typed at certain times is typed when somebody is there to read it. */
  private void type(Shell shell) {
    if (run.pty_input() != null) {
      awaitRawTerminal();
      if (run.out().text("").startsWith(READY)) {
        awaitOutput(READY);
      }
      run.pty_input().forEach(typed -> shell.type(typed.get(1).getAsString()));
    }
  }

  private void awaitRawTerminal() {
    await()
        .atMost(Shell.LIMIT)
        .untilAsserted(
            () ->
                assertThat(Shell.run("stty -a -F \"$(cat \"$1\")\"", terminal.toString()).out())
                    .contains("-icanon"));
  }

  private void awaitOutput(String text) {
    await().atMost(Shell.LIMIT).untilAsserted(() -> assertThat(read(out)).contains(text));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

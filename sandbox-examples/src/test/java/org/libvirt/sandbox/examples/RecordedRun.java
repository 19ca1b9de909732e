package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run of libvirt-sandbox 0.8.0's virt-sandbox, as it was recorded.
 *
 * @param id its name in the recording
 * @param argv the command line
 * @param stdin what its input was: null, text, closed, pipe-open or pty
 * @param stdin_data what stood in a text
 * @param pty_input what was typed, each with its time
 * @param env variables that were set for it
 * @param user the user's number, if it was not root
 * @param cwd where it was started, if not at the root
 * @param signal what was sent to it, if anything
 * @param stdout its output, or both outputs on a terminal
 * @param stderr its error output
 * @param exit the exit status; null if it never ended
 */
record RecordedRun(
    String id,
    List<String> argv,
    String stdin,
    @Nullable JsonElement stdin_data,
    @Nullable List<List<JsonElement>> pty_input,
    @Nullable Map<String, String> env,
    @Nullable String user,
    @Nullable String cwd,
    @Nullable JsonObject signal,
    JsonElement stdout,
    JsonElement stderr,
    @Nullable Integer exit) {
  /** Where the files lay that the runs were about. */
  static final String PLACE = "/srv/fx";

  /** The one long input; its sum in the recording is that of so many of these. */
  private static final byte FILLER = 'z';

  /** All of them; where a run was recorded with a repaired original too, as it was there. */
  static List<RecordedRun> all() {
    var runs = new LinkedHashMap<String, RecordedRun>();
    for (String file : List.of("cli.jsonl", "cli-repaired.jsonl")) {
      lines(file).forEach(line -> add(new Gson().fromJson(line, RecordedRun.class), runs));
    }
    return List.copyOf(runs.values());
  }

  private static void add(RecordedRun run, Map<String, RecordedRun> runs) {
    runs.put(run.id, run);
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(RecordedPlace.resource(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a user typed behind the command's name, with the files at another place. */
  String[] arguments(String place) {
    return argv.stream()
        .skip(1)
        .map(word -> word.replace(PLACE, place))
        .map(word -> word.replace('\udcff', '\377'))
        .toArray(String[]::new);
  }

  /** What the program could read. */
  byte[] input() {
    if (stdin_data == null) {
      return new byte[0];
    }
    if (stdin_data.isJsonObject() && stdin_data.getAsJsonObject().has("length")) {
      byte[] input = new byte[stdin_data.getAsJsonObject().get("length").getAsInt()];
      Arrays.fill(input, FILLER);
      return input;
    }
    return RecordedText.of(stdin_data).text("").getBytes(ISO_8859_1);
  }

  RecordedText out() {
    return RecordedText.of(stdout);
  }

  RecordedText err() {
    return RecordedText.of(stderr);
  }

  boolean isOnTerminal() {
    return stdin.equals("pty");
  }

  /** For the name of a test. */
  @Override
  public String toString() {
    return id;
  }
}

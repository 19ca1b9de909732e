package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a run of virt-sandbox differs on purpose from the one that was recorded, as a list that
 * people read; the file says how it is written.
 */
final class RecordedDifferences {
  private static final Pattern EXPECTED = Pattern.compile("  (!\\d*|=|2?>~?)(?: (.*))?");
  private static final int FAILED = 125;

  private final Map<String, Difference> all = new LinkedHashMap<>();

  /**
   * One difference; what is null is as recorded.
   *
   * @param reason the BUG-n or the decision
   * @param status the exit status
   * @param refusal what the one line of a refusal names
   * @param out a pattern of the whole output
   * @param err a pattern of the whole error output
   */
  record Difference(
      String reason,
      @Nullable Integer status,
      @Nullable String refusal,
      @Nullable Pattern out,
      @Nullable Pattern err) {}

  static RecordedDifferences read() {
    try {
      var differences = new RecordedDifferences();
      String text = Files.readString(RecordedPlace.resource("cli.differences"), UTF_8);
      for (String entry : text.replaceAll("(?m)^#.*\n", "").strip().split("\n\n+")) {
        differences.add(entry.lines().toList());
      }
      return differences;
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  Set<String> ids() {
    return all.keySet();
  }

  @Nullable Difference of(RecordedRun run) {
    return all.get(run.id());
  }

  private void add(List<String> entry) {
    String id = entry.get(0);
    String reason = entry.size() < 2 ? "" : entry.get(1).strip();
    if (!reason.matches("(BUG-\\d+|decision)\\b.*: .+") || all.containsKey(id)) {
      throw new IllegalStateException("no reason for, or a second " + id);
    }
    all.put(id, difference(reason, entry.subList(2, entry.size())));
  }

  private static Difference difference(String reason, List<String> lines) {
    Integer status = null;
    String refusal = null;
    var out = new ArrayList<String>();
    var err = new ArrayList<String>();
    for (String line : lines) {
      Matcher expected = EXPECTED.matcher(line);
      if (!expected.matches()) {
        throw new IllegalStateException("not understood: " + line);
      }
      String kind = expected.group(1);
      String text = expected.group(2) == null ? "" : expected.group(2);
      if (kind.startsWith("!")) {
        status = kind.length() == 1 ? FAILED : Integer.parseInt(kind.substring(1));
        refusal = text;
      } else if (kind.equals("=")) {
        status = Integer.valueOf(text);
      } else {
        (kind.startsWith("2") ? err : out).add(pattern(line, kind, text));
      }
    }
    return new Difference(reason, status, refusal, joined(out), joined(err));
  }

  /** Of one line; nothing behind the mark is no output at all. */
  private static String pattern(String line, String kind, String text) {
    if (line.endsWith(">")) {
      return "";
    }
    String bytes = new String(text.getBytes(UTF_8), ISO_8859_1);
    return kind.endsWith("~") ? bytes : Pattern.quote(bytes) + "\r?\n";
  }

  private static @Nullable Pattern joined(List<String> lines) {
    return lines.isEmpty() ? null : Pattern.compile(String.join("", lines), Pattern.DOTALL);
  }
}

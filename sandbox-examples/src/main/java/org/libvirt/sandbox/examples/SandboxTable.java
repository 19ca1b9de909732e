package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.libvirt.sandbox.builder.RunningSandbox;

/**
 * Running sandboxes, as text.
 *
 * @param sandboxes in the order of the lines
 */
record SandboxTable(List<RunningSandbox> sandboxes) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final List<String> HEADINGS = List.of("NAME", "UUID", "PID", "SINCE", "URI");

  /** How it is written. The names are what users type. */
  enum Format {
    table,
    json
  }

  /** Nothing but the names, a line each. */
  void printNames(PrintWriter out) {
    sandboxes.forEach(sandbox -> out.println(OneLine.of(sandbox.name())));
  }

  void print(Format format, PrintWriter out) {
    if (format == Format.json) {
      printJson(out);
    } else {
      printTable(out);
    }
  }

  private void printTable(PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    sandboxes.forEach(sandbox -> rows.add(row(sandbox)));
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).codePointCount(0, row.get(i).length()));
      }
    }
    rows.forEach(row -> out.println(line(row, widths)));
  }

  private static List<String> row(RunningSandbox sandbox) {
    return List.of(
        OneLine.of(sandbox.name()),
        sandbox.uuid().toString(),
        Long.toString(sandbox.owner()),
        TIME.format(sandbox.since().atZone(ZoneId.systemDefault())),
        OneLine.of(sandbox.uri()));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      line.append(cell).append(" ".repeat(widths[i] - cell.codePointCount(0, cell.length()) + 2));
    }
    return line.toString().stripTrailing();
  }

  private void printJson(PrintWriter out) {
    out.println(
        sandboxes.stream().map(SandboxTable::object).collect(Collectors.joining(",", "[", "]")));
  }

  private static String object(RunningSandbox sandbox) {
    return "{\"name\":%s,\"uuid\":%s,\"pid\":%d,\"since\":%s,\"driver\":%s,\"uri\":%s}"
        .formatted(
            text(sandbox.name()),
            text(sandbox.uuid().toString()),
            sandbox.owner(),
            text(sandbox.since().truncatedTo(ChronoUnit.SECONDS).toString()),
            text(sandbox.driver()),
            text(sandbox.uri()));
  }

  private static String text(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c == 0x7f) {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c == '"' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return text.append('"').toString();
  }
}

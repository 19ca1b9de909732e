package org.libvirt.sandbox.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** One section of docs/performance.md, and its picture beside that file. */
final class Report {
  private final String name;
  private final String introduction;
  private final List<Table> tables = new ArrayList<>();
  private final List<Table> plotted = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param name of the section, which stands in its marks; and of the picture
   * @param introduction what the figures were measured on, and how
   */
  Report(String name, String introduction) {
    this.name = name;
    this.introduction = introduction;
  }

  /** Adds tables, and says on the console that they are there. */
  void add(List<Table> added) {
    tables.addAll(added);
    added.forEach(table -> System.out.println(table.toMarkdown()));
  }

  /** Adds tables, the first some of which are in the picture, too. */
  void addPlotted(int pictured, List<Table> added) {
    add(added);
    plotted.addAll(added.subList(0, pictured));
  }

  /** Puts it between its marks, and the picture beside the document. */
  void write(Path document) throws IOException {
    String begin = "<!-- %s: written by benchmarks/run -->\n".formatted(name);
    String end = "<!-- end of %s -->\n".formatted(name);
    String text = Files.readString(document);
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new IOException("%s lacks the lines '%s' and '%s'".formatted(document, begin, end));
    }
    Path picture = document.resolveSibling(name + ".svg");
    Files.writeString(picture, Plot.of(plotted));
    String section =
        "%s\n\n![%s](%s)\n\n".formatted(introduction, alternative(), picture.getFileName())
            + tables.stream()
                .filter(table -> !table.samples().isEmpty())
                .map(Table::toMarkdown)
                .collect(Collectors.joining("\n"));
    Files.writeString(document, text.substring(0, from) + begin + section + text.substring(to));
    System.out.println("written to " + document + " and " + picture);
  }

  private String alternative() {
    return plotted.stream().map(Table::title).collect(Collectors.joining("; "));
  }
}

package org.libvirt.sandbox.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tables as a picture in SVG: a bar for each median, a line over the quartiles, dots at the least
 * and the most. Each table has a scale of its own, which begins at 0.
 */
final class Plot {
  private static final int WIDTH = 860;
  private static final int NAMES = 370;
  private static final int BARS = 370;
  private static final int ROW = 22;
  private static final int HEAD = 40;

  private final StringBuilder shapes = new StringBuilder();
  private int y = 10;

  private Plot() {}

  /** The picture. */
  static String of(List<Table> tables) {
    Plot plot = new Plot();
    tables.stream().filter(table -> !table.samples().isEmpty()).forEach(plot::add);
    return """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        %s</svg>
        """
        .formatted(WIDTH, plot.y + 10, plot.shapes);
  }

  private void add(Table table) {
    Map<String, Sample> samples = table.samples();
    double most = samples.values().stream().mapToDouble(Sample::most).max().orElse(1);
    double scale = most > 0 ? BARS / most : 1;
    String unit = table.unit().isEmpty() ? "" : ", " + table.unit();
    text(10, y + 20, "start", "font-weight=\"bold\"", table.title() + unit);
    y += HEAD - 8;
    samples.forEach((name, sample) -> add(name, sample, scale));
    y += 12;
  }

  private void add(String name, Sample sample, double scale) {
    double middle = y + ROW / 2.0;
    text(NAMES - 8, middle + 4, "end", "", name);
    shape(
        "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"12\" fill=\"#7aa6c2\"/>",
        NAMES, middle - 6, sample.median() * scale);
    shape(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%3$.1f\" stroke=\"#1d3b53\" stroke-width=\"2\"/>",
        NAMES + sample.lowerQuartile() * scale, NAMES + sample.upperQuartile() * scale, middle);
    for (double end : List.of(sample.least(), sample.most())) {
      shape(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"#1d3b53\"/>",
          NAMES + end * scale, middle);
    }
    text(NAMES + sample.most() * scale + 8, middle + 4, "start", "", Sample.print(sample.median()));
    y += ROW;
  }

  private void shape(String format, Object... arguments) {
    shapes.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }

  private void text(double x, double y, String anchor, String style, String text) {
    String safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    shape("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>", x, y, anchor, style, safe);
  }
}

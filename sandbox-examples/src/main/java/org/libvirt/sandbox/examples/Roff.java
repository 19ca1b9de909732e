package org.libvirt.sandbox.examples;

/** A manual page in the making: man(7) as every reader of it has known it for decades. */
final class Roff {
  private static final int WIDTH = 78;

  private final StringBuilder text = new StringBuilder();
  private boolean underTitle;

  /** A page of section 1. */
  Roff(String name, String date, String source) {
    macro("TH", name, "1", date, source, "User Commands");
  }

  Roff section(String title) {
    return macro("SH", title);
  }

  Roff subsection(String title) {
    return macro("SS", title);
  }

  /** A paragraph. The one behind a title needs no space above. */
  Roff paragraph(String words) {
    return (underTitle ? this : macro("PP")).filled(words);
  }

  /** An entry of a list, and what there is to say of it. */
  Roff entry(String tag, String words) {
    return macro("TP").line(tag).filled(words);
  }

  /** A further paragraph of the last entry. */
  Roff further(String words) {
    text.append(".br\n");
    return filled(words);
  }

  /** Lines that stay as they are, indented. */
  Roff lines(Iterable<String> lines) {
    text.append(".RS 4\n.nf\n");
    lines.forEach(this::line);
    text.append(".fi\n.RE\n");
    return this;
  }

  /** Text that is roff already; a dot or an apostrophe at its front is none the less. */
  private Roff line(String words) {
    String escaped = words.startsWith(".") || words.startsWith("'") ? "\\&" + words : words;
    text.append(escaped).append('\n');
    underTitle = false;
    return this;
  }

  /** Text whose lines are the reader's to make: here they only have to be short. */
  private Roff filled(String words) {
    StringBuilder line = new StringBuilder();
    for (String word : words.split("(?<=\\S) (?=\\S)", -1)) {
      if (line.length() + word.length() >= WIDTH && line.length() > 0) {
        line(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    return line(line.toString());
  }

  private Roff macro(String name, String... arguments) {
    underTitle = name.startsWith("S");
    text.append('.').append(name);
    for (String argument : arguments) {
      text.append(" \"").append(argument.replace("\"", "\\(dq")).append('"');
    }
    text.append('\n');
    return this;
  }

  /** Text as it is to be read: whatever roff would take for its own is written its way. */
  static String plain(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }

  static String bold(String text) {
    return "\\fB" + plain(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + plain(text) + "\\fR";
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

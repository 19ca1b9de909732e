package org.libvirt.sandbox.domain;

/** Text that goes into libvirt's XML, checked where it is given: XML 1.0 cannot hold all of it. */
final class XmlText {
  private XmlText() {}

  /** Returns the text, if XML can hold it and it is not empty. */
  static String required(String what, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
    return optional(what, text);
  }

  /** Returns the text, if XML can hold it. */
  static String optional(String what, String text) {
    text.codePoints()
        .filter(codePoint -> !isXmlCharacter(codePoint))
        .findFirst()
        .ifPresent(
            codePoint -> {
              throw new IllegalArgumentException(
                  "%s '%s' holds U+%04X, which XML cannot hold"
                      .formatted(what, printable(text), codePoint));
            });
    return text;
  }

  /** Returns the text, if XML can hold it, it is not empty and it has no line break. */
  static String ofOneLine(String what, String text) {
    return required(what, withoutLineBreak(what, text));
  }

  /** Returns the text, if XML can hold it and it has no line break. */
  static String optionalOfOneLine(String what, String text) {
    return optional(what, withoutLineBreak(what, text));
  }

  private static String withoutLineBreak(String what, String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException(
          "%s '%s' holds a line break, which libvirt does not take"
              .formatted(what, printable(text)));
    }
    return text;
  }

  /** Returns the path, if XML can hold it, it is absolute and it has no line break. */
  static String absolute(String what, String path) {
    ofOneLine(what, path);
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "%s '%s' is not absolute; write '/%s'".formatted(what, path, path));
    }
    return path;
  }

  // Unpaired surrogates come out of codePoints() as themselves, and are none of these.
  private static boolean isXmlCharacter(int codePoint) {
    return codePoint == '\t'
        || codePoint == '\n'
        || codePoint == '\r'
        || (codePoint >= 0x20 && codePoint <= 0xD7FF)
        || (codePoint >= 0xE000 && codePoint <= 0xFFFD)
        || codePoint >= 0x10000;
  }

  /** Returns the text as a message can show it: in one line, without control characters. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .map(codePoint -> isXmlCharacter(codePoint) && codePoint >= 0x20 ? codePoint : '?')
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }
}

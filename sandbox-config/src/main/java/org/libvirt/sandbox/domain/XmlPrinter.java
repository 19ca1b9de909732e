package org.libvirt.sandbox.domain;

import java.util.Locale;
import org.xml.sax.Attributes;
import org.xml.sax.helpers.DefaultHandler;

/**
 * XML as text in the form of libvirt's own writer: two blanks a level, attributes in double quotes,
 * {@code <x/>} for an element without content, and no declaration.
 *
 * <p>JAXB's own writers give another form: they leave characters beyond ASCII in attributes, and
 * close empty elements in place or not by what they write to.
 */
final class XmlPrinter extends DefaultHandler {
  private static final int INITIAL_SIZE = 4096;
  private static final String INDENT = "  ";

  private final StringBuilder xml = new StringBuilder(INITIAL_SIZE);
  private int depth;
  // Of the element that was started last: whether its start tag lacks its end, and whether it has
  // text. Libvirt's XML has no element with both text and elements.
  private boolean inStartTag;
  private boolean hasText;

  @Override
  public void startElement(String uri, String localName, String name, Attributes attributes) {
    if (inStartTag) {
      xml.append('>');
    }
    startLine();
    xml.append('<').append(localName);
    for (int i = 0; i < attributes.getLength(); i++) {
      xml.append(' ').append(attributes.getLocalName(i)).append("=\"");
      appendAttribute(attributes.getValue(i));
      xml.append('"');
    }
    inStartTag = true;
    hasText = false;
    depth++;
  }

  @Override
  public void characters(char[] text, int start, int length) {
    if (length == 0) {
      return;
    }
    if (inStartTag) {
      xml.append('>');
      inStartTag = false;
    }
    hasText = true;
    for (int i = start; i < start + length; i++) {
      appendText(text[i]);
    }
  }

  @Override
  public void endElement(String uri, String localName, String name) {
    depth--;
    if (inStartTag) {
      xml.append("/>");
    } else {
      if (!hasText) {
        startLine();
      }
      xml.append("</").append(localName).append('>');
    }
    inStartTag = false;
    hasText = false;
  }

  /** Returns what was printed, with a newline at the end. */
  String text() {
    return xml + "\n";
  }

  private void startLine() {
    if (!xml.isEmpty()) {
      xml.append('\n');
    }
    for (int i = 0; i < depth; i++) {
      xml.append(INDENT);
    }
  }

  private void appendText(char character) {
    switch (character) {
      case '&' -> xml.append("&amp;");
      case '<' -> xml.append("&lt;");
      case '>' -> xml.append("&gt;");
      // A reader makes a newline of it otherwise.
      case '\r' -> xml.append("&#13;");
      default -> xml.append(character);
    }
  }

  private void appendAttribute(String value) {
    for (int i = 0; i < value.length(); i++) {
      char character = value.charAt(i);
      if (character >= 0x80) {
        int codePoint = value.codePointAt(i);
        i += Character.charCount(codePoint) - 1;
        xml.append("&#x")
            .append(Integer.toHexString(codePoint).toUpperCase(Locale.ROOT))
            .append(';');
      } else {
        appendAscii(character);
      }
    }
  }

  private void appendAscii(char character) {
    switch (character) {
      case '"' -> xml.append("&quot;");
      // A reader makes blanks of these otherwise.
      case '\t' -> xml.append("&#9;");
      case '\n' -> xml.append("&#10;");
      default -> appendText(character);
    }
  }
}

package org.libvirt.sandbox.examples;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The control character that ends a run when it is typed, whatever the program does.
 *
 * @param code 0 to 31
 */
record EscapeCharacter(byte code) {
  /** Ctrl-], as telnet, virsh and libvirt-sandbox have it. */
  static final Choice USUAL = new Choice(new EscapeCharacter((byte) 0x1d));

  /** What is added to a control character to get the key that makes it. */
  private static final int KEY = '@';

  /**
   * How much of what was typed comes before this character.
   *
   * @param bytes what was read
   * @param length how many bytes of it
   * @return the length where it does not occur
   */
  int before(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] == code) {
        return i;
      }
    }
    return length;
  }

  /** The key, such as {@code Ctrl-]}. */
  @Override
  public String toString() {
    return "Ctrl-" + (char) (code + KEY);
  }

  /**
   * What an option says.
   *
   * @param character null: none is to be recognised
   */
  record Choice(@Nullable EscapeCharacter character) {}

  /** Reads {@code ^]} and its like, and {@code none}. */
  static final class Converter implements ITypeConverter<Choice> {
    @Override
    public Choice convert(String text) {
      if ("none".equals(text)) {
        return new Choice(null);
      }
      int key = text.length() == 2 ? Character.toUpperCase(text.charAt(1)) : 0;
      if (!text.startsWith("^") || key < KEY || key > '_') {
        throw new TypeConversionException(
            "'" + text + "' is no control character; write one such as '^]', or 'none'");
      }
      return new Choice(new EscapeCharacter((byte) (key - KEY)));
    }
  }
}

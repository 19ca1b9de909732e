package org.libvirt.sandbox.examples;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of things, 1 or more. */
final class Count implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      int count = text.matches("[0-9]+") ? Integer.parseInt(text) : 0;
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + "' is too large; write at most " + Integer.MAX_VALUE);
    }
    throw new TypeConversionException("'" + text + "' is no number; write 1 or more");
  }
}

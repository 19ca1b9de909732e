package org.libvirt.sandbox.examples;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of processors, of which one may be a part, as percent of one processor. */
final class ProcessorTime implements ITypeConverter<Integer> {
  private static final Pattern FORM = Pattern.compile("\\d{1,6}(?:\\.\\d{1,2}0*)?|\\.\\d{1,2}0*");

  @Override
  public Integer convert(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no number of processors; write for example 2 or 0.25, with two decimals at"
              + " most");
    }
    int percent = new BigDecimal(text).movePointRight(2).intValueExact();
    if (percent == 0) {
      throw new TypeConversionException(
          "'" + text + "' is no time at all; leave --cpus out for all processors");
    }
    return percent;
  }
}

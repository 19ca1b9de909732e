package org.libvirt.sandbox.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A filter of libvirt that the packets of a network interface pass, with parameters for it.
 *
 * @param name the name of libvirt's filter, such as {@code clean-traffic}, not empty
 * @param parameters the filter's variables in order; one may be given several values
 */
public record NetworkFilter(String name, List<Parameter> parameters) {
  /**
   * A variable of a filter, with one value.
   *
   * @param name the variable's name, not empty, such as {@code IP}
   * @param value its value: letters, digits, {@code _}, {@code .} and {@code :}
   */
  public record Parameter(String name, String value) {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a part is empty, the name holds something other than
     *     letters, digits and {@code _}, or the value other than these, {@code .} and {@code :}:
     *     libvirt would pass over it without a word, and the packets unfiltered
     */
    public Parameter {
      if (!name.matches("[a-zA-Z0-9_]+")) {
        throw new IllegalArgumentException(
            "filter parameter '%s' is no name; write letters, digits and '_'"
                .formatted(Text.printable(name)));
      }
      if (!value.matches("[a-zA-Z0-9_.:]+")) {
        throw new IllegalArgumentException(
            "value '%s' of the filter parameter %s cannot be one; write letters, digits, '_', '.'"
                    .formatted(Text.printable(value), name)
                + " and ':'");
      }
    }
  }

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if it is empty, or holds a comma or a control character
   */
  public NetworkFilter {
    Text.ofOneLine("filter name", name);
    if (name.isEmpty() || name.indexOf(',') >= 0) {
      throw new IllegalArgumentException(
          "filter name '%s' is empty or holds a comma; write one of libvirt's filters"
              .formatted(name));
    }
    parameters = List.copyOf(parameters);
  }

  /**
   * A filter without parameters.
   *
   * @param name the name of libvirt's filter
   * @return a filter
   * @throws IllegalArgumentException if the name is empty, or holds a comma or a control character
   */
  public static NetworkFilter of(String name) {
    return new NetworkFilter(name, List.of());
  }

  /**
   * This filter with one more parameter behind the others.
   *
   * @param name the variable's name
   * @param value its value
   * @return a filter
   * @throws IllegalArgumentException if one is none
   */
  public NetworkFilter withParameter(String name, String value) {
    List<Parameter> all = new ArrayList<>(parameters);
    all.add(new Parameter(name, value));
    return new NetworkFilter(this.name, all);
  }
}

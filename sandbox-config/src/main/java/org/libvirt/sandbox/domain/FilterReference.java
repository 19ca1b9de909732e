package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The use of one of libvirt's network filters by an interface, with the values of the filter's
 * variables.
 */
@XmlAccessorType(XmlAccessType.FIELD)
public final class FilterReference {
  @XmlAttribute private @Nullable String filter;

  @XmlElement(name = "parameter")
  private List<Parameter> parameters;

  @SuppressWarnings("unused") // JAXB's.
  private FilterReference() {
    parameters = new ArrayList<>();
  }

  private FilterReference(String filter, List<Parameter> parameters) {
    this.filter = filter;
    this.parameters = List.copyOf(parameters);
  }

  /**
   * A use without parameters.
   *
   * @param filter the filter's name, such as {@code clean-traffic}
   * @return a reference
   * @throws IllegalArgumentException if the name is empty, holds a line break, or XML cannot hold
   *     it
   */
  public static FilterReference to(String filter) {
    return new FilterReference(XmlText.ofOneLine("network filter", filter), List.of());
  }

  /**
   * This reference with one parameter more. A name may come again: libvirt makes a list of its
   * values.
   *
   * @param name the variable's name, such as {@code IP}
   * @param value its value
   * @return a new reference
   * @throws IllegalArgumentException if a text is empty, holds a line break, or XML cannot hold it
   */
  public FilterReference parameter(String name, String value) {
    List<Parameter> more = new ArrayList<>(parameters);
    more.add(
        new Parameter(
            XmlText.ofOneLine("parameter of network filter '%s'".formatted(filter()), name),
            XmlText.ofOneLine("value of filter parameter '%s'".formatted(name), value)));
    return new FilterReference(filter(), more);
  }

  /**
   * The filter's name.
   *
   * @return the name
   */
  public String filter() {
    return filter == null ? "" : filter;
  }

  /**
   * The parameters, in their order.
   *
   * @return an unmodifiable list
   */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /** The value of one variable of a filter. */
  @XmlAccessorType(XmlAccessType.FIELD)
  @XmlType(name = "")
  public static final class Parameter {
    @XmlAttribute private @Nullable String name;
    @XmlAttribute private @Nullable String value;

    @SuppressWarnings("unused") // JAXB's.
    private Parameter() {}

    private Parameter(String name, String value) {
      this.name = name;
      this.value = value;
    }

    /**
     * The variable's name.
     *
     * @return the name
     */
    public String name() {
      return name == null ? "" : name;
    }

    /**
     * The variable's value.
     *
     * @return the value
     */
    public String value() {
      return value == null ? "" : value;
    }
  }
}

package org.libvirt.sandbox.domain;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The label that a security model of the host, such as SELinux, gives a domain. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(propOrder = {"label", "baseLabel"})
public final class SecurityLabel {
  @XmlAttribute private @Nullable String model;
  @XmlAttribute private @Nullable String type;
  private @Nullable String label;

  @XmlElement(name = "baselabel")
  private @Nullable String baseLabel;

  private SecurityLabel() {}

  private SecurityLabel(@Nullable String model, String type) {
    this.model = model == null ? null : XmlText.required("security model", model);
    this.type = type;
  }

  /**
   * A label that the model chooses, unique to the domain.
   *
   * @param model the model's name, such as {@code apparmor}
   * @return a label
   * @throws IllegalArgumentException if the name is empty or XML cannot hold it
   */
  public static SecurityLabel dynamic(String model) {
    return new SecurityLabel(model, "dynamic");
  }

  /**
   * A label that the model derives from another one, unique to the domain.
   *
   * @param model the model's name, such as {@code selinux}
   * @param baseLabel what to derive it from
   * @return a label
   * @throws IllegalArgumentException if a text is empty or XML cannot hold it
   */
  public static SecurityLabel derived(String model, String baseLabel) {
    SecurityLabel derived = new SecurityLabel(model, "dynamic");
    derived.baseLabel = XmlText.required("security base label", baseLabel);
    return derived;
  }

  /**
   * A label as given.
   *
   * @param model the model's name, such as {@code selinux}
   * @param label the label
   * @return a label
   * @throws IllegalArgumentException if a text is empty or XML cannot hold it
   */
  public static SecurityLabel fixed(String model, String label) {
    SecurityLabel fixed = new SecurityLabel(model, "static");
    fixed.label = XmlText.required("security label", label);
    return fixed;
  }

  /**
   * The model's name.
   *
   * @return the name; empty where the XML has none
   */
  public Optional<String> model() {
    return Optional.ofNullable(model);
  }

  /**
   * Who chose the label.
   *
   * @return libvirt's word: {@code dynamic} for the model, {@code static} for the config
   */
  public String type() {
    return type == null ? "dynamic" : type;
  }

  /**
   * The label of the domain: the one given, or of a running domain the one in force.
   *
   * @return the label; empty where none is known
   */
  public Optional<String> label() {
    return Optional.ofNullable(label);
  }
}

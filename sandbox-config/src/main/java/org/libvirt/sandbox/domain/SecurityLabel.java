package org.libvirt.sandbox.domain;

import static java.util.Objects.requireNonNull;

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
  @XmlAttribute private @Nullable String relabel;
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
   * No label, of whichever model: the domain runs as its hypervisor does.
   *
   * @return a label that is none
   */
  public static SecurityLabel none() {
    return new SecurityLabel(null, "none");
  }

  /**
   * No label of one model.
   *
   * @param model the model's name, such as {@code selinux}
   * @return a label that is none
   * @throws IllegalArgumentException if the name is empty or XML cannot hold it
   */
  public static SecurityLabel none(String model) {
    return new SecurityLabel(requireNonNull(model, "model"), "none");
  }

  /**
   * This label, and the domain's files get one that suits it: what libvirt does by itself for a
   * label that the model chooses.
   *
   * @return a new label
   */
  public SecurityLabel withRelabel() {
    return relabel("yes");
  }

  /**
   * This label, and the domain's files keep theirs: what libvirt does by itself for a label as
   * given.
   *
   * @return a new label
   */
  public SecurityLabel withoutRelabel() {
    return relabel("no");
  }

  private SecurityLabel relabel(String answer) {
    SecurityLabel changed = new SecurityLabel(model, type());
    changed.relabel = answer;
    changed.label = label;
    changed.baseLabel = baseLabel;
    return changed;
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
   * @return libvirt's word: {@code dynamic} for the model, {@code static} for the config, {@code
   *     none} where there is no label
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

  /**
   * What the model derives the label from.
   *
   * @return the base label; empty where the model chooses by itself
   */
  public Optional<String> baseLabel() {
    return Optional.ofNullable(baseLabel);
  }

  /**
   * Whether the domain's files get a label that suits the domain's.
   *
   * @return true if they get one, false if they keep theirs; empty where libvirt is to choose
   */
  public Optional<Boolean> relabels() {
    return Optional.ofNullable(relabel).map("yes"::equals);
  }
}

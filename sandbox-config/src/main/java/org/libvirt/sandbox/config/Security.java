package org.libvirt.sandbox.config;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the host's security model, SELinux or AppArmor, labels a sandbox. Where the host has none, a
 * label has no effect.
 *
 * <p>The option string is {@code dynamic[,label=LABEL]}, {@code static,label=LABEL} or {@code
 * inherit}; a label may hold commas. {@link #parse} reads it and {@link #toOption()} gives it.
 */
public final class Security {
  private static final Security DYNAMIC = new Security(true, null);
  private static final String LABEL = "label=";

  private final boolean dynamic;
  private final @Nullable String label;

  private Security(boolean dynamic, @Nullable String label) {
    this.dynamic = dynamic;
    this.label = label == null ? null : Text.ofOneLine("security label", label);
  }

  /**
   * A label that libvirt makes unique to the sandbox; the default.
   *
   * @return a value without a label
   */
  public static Security dynamic() {
    return DYNAMIC;
  }

  /**
   * A label that libvirt makes unique to the sandbox, out of another one.
   *
   * @param label what to make it of; empty for the driver's own
   * @return a value
   * @throws IllegalArgumentException if the label holds a control character
   */
  public static Security dynamic(String label) {
    return new Security(true, label);
  }

  /**
   * A label as given.
   *
   * @param label the label, not empty: a context of SELinux, or the name of an AppArmor profile
   * @return a value
   * @throws IllegalArgumentException if the label is empty or holds a control character
   */
  public static Security fixed(String label) {
    if (label.isEmpty()) {
      throw new IllegalArgumentException("static security label is empty; write a label");
    }
    return new Security(false, label);
  }

  /**
   * The label of this process.
   *
   * @return a fixed label
   * @throws IllegalArgumentException if the process has none of SELinux, as on a host without it
   */
  public static Security inherit() {
    return inherit(CallerContext.read());
  }

  static Security inherit(Optional<String> context) {
    return fixed(
        context.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "security 'inherit' needs SELinux, which this process has no context of;"
                        + " write 'dynamic', or 'static,label=LABEL'")));
  }

  /**
   * Reads an option string.
   *
   * @param option as above
   * @return the value
   * @throws IllegalArgumentException if it is no such string; the message holds the part that is
   *     wrong
   */
  public static Security parse(String option) {
    int comma = option.indexOf(',');
    String word = comma < 0 ? option : option.substring(0, comma);
    @Nullable String label = comma < 0 ? null : labelIn(option, comma + 1, word);
    return switch (word) {
      case "dynamic" -> label == null ? dynamic() : dynamic(label);
      case "static" -> fixed(required(option, label));
      case "inherit" -> inherit();
      default -> throw unknown(option, word);
    };
  }

  private static String labelIn(String option, int start, String word) {
    String rest = option.substring(start);
    boolean labelled = word.equals("dynamic") || word.equals("static");
    if (!labelled && !word.equals("inherit")) {
      throw unknown(option, word);
    }
    if (!labelled || !rest.startsWith(LABEL)) {
      throw unknown(option, rest);
    }
    return rest.substring(LABEL.length());
  }

  private static String required(String option, @Nullable String label) {
    if (label == null) {
      throw new IllegalArgumentException(
          "security '%s' has no label; write 'static,label=LABEL'".formatted(option));
    }
    return label;
  }

  private static IllegalArgumentException unknown(String option, String part) {
    return new IllegalArgumentException(
        ("security '%s' holds '%s', which is not known; write 'dynamic', 'dynamic,label=LABEL',"
                + " 'static,label=LABEL' or 'inherit'")
            .formatted(option, part));
  }

  /**
   * The option string of this value.
   *
   * @return what {@link #parse} makes an equal value of
   */
  public String toOption() {
    String word = dynamic ? "dynamic" : "static";
    return label == null ? word : word + "," + LABEL + label;
  }

  /**
   * Whether libvirt makes the label unique to the sandbox.
   *
   * @return false for a label as given
   */
  public boolean isDynamic() {
    return dynamic;
  }

  /**
   * The label, or what it is made of.
   *
   * @return the label as given, possibly empty; none where libvirt is to choose
   */
  public Optional<String> label() {
    return Optional.ofNullable(label);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Security that
        && dynamic == that.dynamic
        && Objects.equals(label, that.label);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dynamic, label);
  }

  @Override
  public String toString() {
    return "Security[" + toOption() + "]";
  }
}

package org.libvirt.sandbox.examples;

import static java.util.stream.Collectors.joining;

import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a document calls a part of the API: {@code Type}, {@code Type.class}, {@code
 * Type#method(Parameter, Types)} or, with the type's own name, a constructor.
 */
record PublicMember(String type, Optional<String> name, String parameters) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(?<type>[A-Z]\\w*(?:\\.[A-Z]\\w*)*)"
              + "(?:\\.class|#(?<name>\\w+)\\((?<parameters>[^()]*)\\))?");
  private static final List<String> PACKAGES =
      Stream.of("", ".builder", ".builder.lxc", ".builder.qemu", ".config", ".console", ".context")
          .map("org.libvirt.sandbox"::concat)
          .toList();

  /** The member that a text names, if it has the form of one. */
  static Optional<PublicMember> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new PublicMember(
                matcher.group("type"),
                Optional.ofNullable(matcher.group("name")),
                Optional.ofNullable(matcher.group("parameters")).orElse("")))
        : Optional.empty();
  }

  /** Whether callers can reach it, parameter types and all. */
  boolean exists() {
    return PACKAGES.stream()
        .flatMap(name -> load(name + "." + type.replace('.', '$')).stream())
        .filter(PublicMember::isPublic)
        .anyMatch(found -> name.isEmpty() || isMemberOf(found));
  }

  private boolean isMemberOf(Class<?> found) {
    boolean constructs = name.equals(Optional.of(found.getSimpleName()));
    Executable[] members = constructs ? found.getConstructors() : found.getMethods();
    Predicate<Executable> named =
        member -> constructs || name.equals(Optional.of(member.getName()));
    return Arrays.stream(members)
        .filter(named)
        .map(PublicMember::parametersOf)
        .anyMatch(parameters::equals);
  }

  private static String parametersOf(Executable member) {
    String parameters =
        Arrays.stream(member.getParameterTypes()).map(Class::getSimpleName).collect(joining(", "));
    return member.isVarArgs() ? parameters.replaceFirst("\\[]$", "...") : parameters;
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
  }

  private static Optional<Class<?>> load(String name) {
    try {
      return Optional.of(Class.forName(name, false, PublicMember.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return Optional.empty(); // It may be in another package.
    }
  }
}

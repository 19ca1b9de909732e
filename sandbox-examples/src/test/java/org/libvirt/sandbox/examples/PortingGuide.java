package org.libvirt.sandbox.examples;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A document whose tables tell, in their second column, what became of a part of the C library. */
final class PortingGuide {
  private static final String FUNCTION = "gvir_sandbox_";
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|(?<subject>[^|]*)\\|(?<java>[^|]*)\\|(?<remark>[^|]*)\\|$");
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");
  private static final Pattern CODE_LIST = Pattern.compile("`[^`]*`(, `[^`]*`)*");
  private static final Set<String> REASONS =
      Set.of("comes with virtual machines", "comes with services", "comes with terminals");

  private final String markdown;
  private final List<Row> rows;

  PortingGuide(String markdown) {
    this.markdown = markdown;
    this.rows =
        ROW.matcher(markdown)
            .results()
            .map(Row::of)
            .filter(row -> row.subject().contains("`"))
            .toList();
  }

  private record Row(String subject, String java) {
    static Row of(MatchResult row) {
      return new Row(row.group(1).strip(), row.group(2).strip());
    }

    Optional<String> function() {
      return Optional.of(subject.replace("`", "")).filter(name -> name.startsWith(FUNCTION));
    }
  }

  /**
   * What is wrong with the document.
   *
   * @param functions all functions of the C library
   * @return a line for each fault, none if the document is right
   */
  List<String> faults(List<String> functions) {
    return Stream.of(wrongFunctions(functions), wrongAnswers(), missingMembers())
        .flatMap(List::stream)
        .toList();
  }

  private List<String> wrongFunctions(List<String> functions) {
    List<String> faults = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String function : rows.stream().flatMap(row -> row.function().stream()).toList()) {
      if (!functions.contains(function)) {
        faults.add(function + " is no function");
      }
      if (!seen.add(function)) {
        faults.add(function + " has a second row");
      }
    }
    functions.stream()
        .filter(function -> !seen.contains(function))
        .forEach(function -> faults.add(function + " has no row"));
    return faults;
  }

  private List<String> wrongAnswers() {
    return rows.stream().filter(row -> !isAnswer(row.java())).map(PortingGuide::wrong).toList();
  }

  private static boolean isAnswer(String java) {
    return REASONS.contains(java) || isListOfMembers(java);
  }

  private static boolean isListOfMembers(String java) {
    return CODE_LIST.matcher(java).matches()
        && code(java).allMatch(name -> PublicMember.parse(name).isPresent());
  }

  private static String wrong(Row row) {
    return "%s has '%s' for an answer; write members in `` or one of %s"
        .formatted(row.subject(), row.java(), REASONS);
  }

  /** Those of tables and of the text around them. */
  private List<String> missingMembers() {
    Stream<String> answers = rows.stream().map(Row::java).flatMap(PortingGuide::code);
    Stream<String> mentioned =
        code(markdown).filter(name -> name.contains("#") || name.endsWith(".class"));
    return Stream.concat(answers, mentioned)
        .distinct()
        .filter(name -> PublicMember.parse(name).filter(member -> !member.exists()).isPresent())
        .map(name -> name + " does not exist")
        .toList();
  }

  private static Stream<String> code(String text) {
    return CODE.matcher(text).results().map(code -> code.group(1));
  }
}

package org.libvirt.sandbox.examples;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The function that completes a command line in zsh. */
final class ZshCompletion {
  private static final String FUNCTION =
      """
      #compdef virt-sandbox
      # zsh completion for virt-sandbox, made of its own options

      _virt-sandbox_variable() {
          compset -P '*=' || _parameters -g '*export*'
      }

      _virt-sandbox_mount() {
          if compset -P '*='; then
              _files
          elif compset -P '*:'; then
              _directories
          else
              compadd -S : host-bind host-image guest-bind ram
          fi
      }

      _virt-sandbox_disk() {
          if compset -P '*='; then
              _files
          else
              compadd -S : file
          fi
      }

      _virt-sandbox_paths() {
          compset -P '*='
          _files
      }

      _virt-sandbox_first() {
          # not commands, which is zsh's own list of programs
          local -a own=(
      @COMMANDS@
          )
          _alternative 'programs:program:_command_names -e' 'files:file:_files -g "*(*)"' \\
              "commands:command:(($own))"
      }

      _virt-sandbox() {
          local curcontext=$curcontext state
          if (( CURRENT > 2 )); then
              case $words[2] in
      @OTHERS@
              esac
          fi
          _arguments -s -S -A '-*' : \\
      @OPTIONS@
              '(-)1: :_virt-sandbox_first' \\
              '*:: :_normal'
      }

      _virt-sandbox "$@"
      """;

  private static final String RUNNING =
      "\n" + " ".repeat(16) + "'1:NAME:($(virt-sandbox list -q 2>/dev/null))' \\";

  private ZshCompletion() {}

  static String function() {
    Map<String, CommandSpec> others = Commands.others();
    return FUNCTION
        .replace("@COMMANDS@", commands(others))
        .replace("@OTHERS@", others(others))
        .replace("@OPTIONS@", options(Commands.run(), "        "));
  }

  private static String commands(Map<String, CommandSpec> others) {
    return others.entrySet().stream()
        .map(
            other ->
                "        '%s\\:\"%s\"'"
                    .formatted(
                        other.getKey(),
                        firstSentence(other.getValue().usageMessage().description())))
        .collect(Collectors.joining("\n"));
  }

  private static String others(Map<String, CommandSpec> others) {
    return others.entrySet().stream()
        .map(
            other ->
                """
                        %s)
                            shift words
                            (( CURRENT-- ))
                            _arguments -s -S : \\
                %s%s
                                && return
                            return 1
                            ;;"""
                    .formatted(
                        other.getKey(),
                        options(other.getValue(), " ".repeat(16)),
                        Commands.namesSandbox(other.getValue()) ? RUNNING : ""))
        .collect(Collectors.joining("\n"));
  }

  private static String options(CommandSpec command, String indent) {
    return Commands.options(command).stream()
        .map(option -> indent + option(option) + " \\")
        .collect(Collectors.joining("\n"));
  }

  /** As _arguments takes it: what it excludes, its names, its description, its value. */
  private static String option(OptionSpec option) {
    List<String> names = List.of(option.names());
    String description = quoted(firstSentence(option.description()));
    if (!Commands.takesValue(option)) {
      String excluded = String.join(" ", names);
      return "'(%s)'%s'[%s]'".formatted(excluded, braces(names), description);
    }
    List<String> withValue =
        names.stream().map(name -> name.startsWith("--") ? name + "=" : name + "+").toList();
    return "'*'%s'[%s]:%s:%s'"
        .formatted(
            braces(withValue),
            description,
            quoted(option.paramLabel()),
            ValueKind.of(option).zshAction());
  }

  private static String braces(List<String> names) {
    return names.size() == 1
        ? names.get(0)
        : names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(",", "{", "}"));
  }

  /** Lists have room for so much. */
  private static String firstSentence(String... description) {
    String text = Commands.text(description[0]);
    return text.split("(?<=[^.])[.;:](?: |$)", 2)[0];
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\")
        .replace("[", "\\[")
        .replace("]", "\\]")
        .replace(":", "\\:")
        .replace("'", "'\\''");
  }
}

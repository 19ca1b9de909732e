package org.libvirt.sandbox.examples;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The script that completes a command line in bash. */
final class BashCompletion {
  private static final String SCRIPT =
      """
      # bash completion for virt-sandbox, made of its own options

      # What is typed, word by word. Bash takes words apart at = and : as well.
      # Sets line, and starts: where in COMP_WORDS each word begins.
      _virt_sandbox_line() {
          local rest=$COMP_LINE piece i
          for ((i = 0; i <= COMP_CWORD; i++)); do
              piece=${COMP_WORDS[i]}
              if ((i > 0)) && [[ $rest != [[:space:]]* ]]; then
                  line[-1]+=$piece
              else
                  line+=("$piece")
                  starts+=("$i")
              fi
              rest=${rest#"${rest%%[![:space:]]*}"}
              rest=${rest#"$piece"}
          done
      }

      # Usage: _virt_sandbox_options COMMAND
      _virt_sandbox_options() {
          case $1 in
      @OPTIONS@
          esac
      }

      # Usage: _virt_sandbox_kind COMMAND OPTION
      # Sets kind to what the option's value is; to nothing where it has none.
      _virt_sandbox_kind() {
          case "$1 $2" in
      @KINDS@
          *) kind='' ;;
          esac
      }

      # Usage: _virt_sandbox_paths d|f BEFORE PATH
      _virt_sandbox_paths() {
          mapfile -t COMPREPLY < <(compgen -"$1" -- "$3")
          COMPREPLY=("${COMPREPLY[@]/#/"$2"}")
          compopt -o filenames 2>/dev/null
      }

      # Usage: _virt_sandbox_words BEFORE WORDS BEGINNING
      _virt_sandbox_words() {
          mapfile -t COMPREPLY < <(compgen -W "$2" -- "$3")
          COMPREPLY=("${COMPREPLY[@]/#/"$1"}")
          if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]]; then
              compopt -o nospace 2>/dev/null
          fi
      }

      # Usage: _virt_sandbox_value BEFORE VALUE
      _virt_sandbox_value() {
          local before=$1 value=$2
          case $kind in
          directory) _virt_sandbox_paths d "$before" "$value" ;;
          file) _virt_sandbox_paths f "$before" "$value" ;;
          user) _virt_sandbox_words "$before" "$(compgen -u)" "$value" ;;
          variable)
              if [[ $value != *=* ]]; then
                  _virt_sandbox_words "$before" "$(compgen -e)" "$value"
              fi
              ;;
          mount | disk | paths)
              if [[ $value == *=* ]]; then
                  _virt_sandbox_paths f "$before${value%%=*}=" "${value#*=}"
              elif [[ $kind == paths ]]; then
                  _virt_sandbox_paths f "$before" "$value"
              elif [[ $kind == disk ]]; then
                  _virt_sandbox_words "$before" 'file:' "$value"
              elif [[ $value == *:* ]]; then
                  _virt_sandbox_paths d "$before${value%%:*}:" "${value#*:}"
              else
                  _virt_sandbox_words "$before" 'host-bind: host-image: guest-bind: ram:' "$value"
              fi
              ;;
      @WORDS@
          esac
          _virt_sandbox_trim "$before$value"
      }

      # Usage: _virt_sandbox_trim WORD
      # Bash replaces only what stands behind the last = or : of a word.
      _virt_sandbox_trim() {
          local breaks='' kept
          [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
          [[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'
          if [[ $breaks ]]; then
              kept=${1%"${1##*["$breaks"]}"}
              COMPREPLY=("${COMPREPLY[@]#"$kept"}")
          fi
      }

      # Usage: _virt_sandbox_program INDEX
      # The program that is run begins with that word.
      _virt_sandbox_program() {
          if (($1 == last)); then
              mapfile -t COMPREPLY < <(compgen -c -- "$current" | sort -u)
              if [[ $current == */* ]]; then
                  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$current")
                  compopt -o filenames 2>/dev/null
              fi
          elif declare -F _command_offset >/dev/null; then
              _command_offset "${starts[$1]}"
          else
              _virt_sandbox_paths f '' "$current"
              _virt_sandbox_trim "$current"
          fi
      }

      # The names of what runs, where a command asks for one.
      _virt_sandbox_running() {
          case $command in
          @NAMING@)
              _virt_sandbox_words '' "$(virt-sandbox list -q 2>/dev/null)" "$current"
              _virt_sandbox_trim "$current"
              ;;
          esac
      }

      _virt_sandbox() {
          local command=run kind='' i=1 j word last current
          local -a line=() starts=()
          COMPREPLY=()
          _virt_sandbox_line
          last=$((${#line[@]} - 1))
          current=${line[last]}
          if ((last > 1)); then
              case ${line[1]} in
              @COMMANDS@) command=${line[1]} i=2 ;;
              esac
          fi
          while ((i < last)); do
              word=${line[i]}
              kind=''
              case $word in
              --)
                  [[ $command == run ]] && _virt_sandbox_program $((i + 1))
                  return
                  ;;
              --*=*) ;;
              --*) _virt_sandbox_kind "$command" "$word" ;;
              -?*)
                  for ((j = 1; j < ${#word}; j++)); do
                      _virt_sandbox_kind "$command" "-${word:j:1}"
                      [[ $kind ]] && break
                  done
                  # the rest of the word is the value
                  ((j < ${#word} - 1)) && kind=''
                  ;;
              *)
                  [[ $command == run ]] && _virt_sandbox_program "$i"
                  return
                  ;;
              esac
              i=$((i + 1))
              if [[ $kind ]]; then
                  if ((i == last)); then
                      _virt_sandbox_value '' "$current"
                      return
                  fi
                  i=$((i + 1))
              fi
          done
          case $current in
          --*=*)
              _virt_sandbox_kind "$command" "${current%%=*}"
              _virt_sandbox_value "${current%%=*}=" "${current#*=}"
              ;;
          -*) _virt_sandbox_words '' "$(_virt_sandbox_options "$command")" "$current" ;;
          *)
              if [[ $command == run ]]; then
                  _virt_sandbox_program "$last"
                  if ((last == 1)); then
                      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W '@WORDLIST@' -- "$current")
                  fi
              else
                  _virt_sandbox_running
              fi
              ;;
          esac
      }

      complete -F _virt_sandbox virt-sandbox
      """;

  private BashCompletion() {}

  static String script() {
    Map<String, CommandSpec> others = Commands.others();
    return SCRIPT
        .replace("@OPTIONS@", all(others, BashCompletion::options))
        .replace("@KINDS@", all(others, BashCompletion::kinds))
        .replace("@WORDS@", words())
        .replace("@NAMING@", naming(others))
        .replace("@COMMANDS@", String.join(" | ", others.keySet()))
        .replace("@WORDLIST@", String.join(" ", others.keySet()));
  }

  private static String naming(Map<String, CommandSpec> others) {
    String names =
        others.entrySet().stream()
            .filter(other -> Commands.namesSandbox(other.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(" | "));
    return names.isEmpty() ? "''" : names;
  }

  /** The lines for a command, of which there is a name, too. */
  private interface Part {
    Stream<String> of(String name, CommandSpec command);
  }

  private static String all(Map<String, CommandSpec> others, Part part) {
    return Stream.concat(
            part.of("run", Commands.run()),
            others.entrySet().stream().flatMap(e -> part.of(e.getKey(), e.getValue())))
        .collect(Collectors.joining("\n"));
  }

  private static Stream<String> options(String name, CommandSpec command) {
    String names =
        Commands.options(command).stream()
            .flatMap(option -> Arrays.stream(option.names()))
            .collect(Collectors.joining(" "));
    return Stream.of("    %s) echo '%s' ;;".formatted(name, names));
  }

  private static Stream<String> kinds(String name, CommandSpec command) {
    return Commands.options(command).stream()
        .filter(Commands::takesValue)
        .map(option -> "    %s) kind='%s' ;;".formatted(patterns(name, option), kind(option)));
  }

  private static String patterns(String name, OptionSpec option) {
    return Arrays.stream(option.names())
        .map(optionName -> "'%s %s'".formatted(name, optionName))
        .collect(Collectors.joining(" | "));
  }

  private static String kind(OptionSpec option) {
    return ValueKind.of(option).name().toLowerCase(Locale.ROOT);
  }

  private static String words() {
    List<ValueKind> closed =
        Arrays.stream(ValueKind.values()).filter(kind -> !kind.words().isEmpty()).toList();
    return closed.stream()
        .map(
            kind ->
                "    %s) _virt_sandbox_words \"$before\" '%s' \"$value\" ;;"
                    .formatted(
                        kind.name().toLowerCase(Locale.ROOT), String.join(" ", kind.words())))
        .collect(Collectors.joining("\n"));
  }
}

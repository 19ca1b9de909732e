package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/** The help texts, the manual page and the completions know the same options. */
final class CommandsTest {
  /** Those of A.1 of libvirt-sandbox, and those that podman spells so. */
  private static final List<String> PROMISED =
      List.of(
          "-V",
          "--version",
          "-h",
          "-?",
          "--help",
          "--help-all",
          "-v",
          "--verbose",
          "-d",
          "--debug",
          "-c",
          "--connect",
          "-n",
          "--name",
          "-r",
          "--root",
          "--disk",
          "-e",
          "--env",
          "-m",
          "--mount",
          "-i",
          "--include",
          "-I",
          "--includefile",
          "-N",
          "--network",
          "-s",
          "--security",
          "-p",
          "--privileged",
          "-S",
          "--switchto",
          "-l",
          "--shell",
          "--kernver",
          "--kernpath",
          "--kmodpath",
          "--env-file",
          "-w",
          "--workdir",
          "-u",
          "--user",
          "--memory",
          "--cpus",
          "--pids-limit",
          "--open-files",
          "--file-size",
          "--output-limit",
          "--cpu-time",
          "--accel",
          "--share",
          "--hostname",
          "--seccomp",
          "--show-secrets",
          "--ro",
          "-t",
          "--tty",
          "-T",
          "--no-tty",
          "--escape",
          "--timeout");

  @Test
  void every_option_of_libvirt_sandbox_and_what_podman_has_beyond_is_there() {
    assertThat(names(Commands.run())).containsExactlyInAnyOrderElementsOf(PROMISED);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void the_help_text_lists_each_option(String name, CommandSpec command) {
    var help = new StringWriter();
    command.commandLine().usage(new PrintWriter(help));

    assertThat(names(command))
        .allSatisfy(option -> assertThat(help.toString()).containsPattern(isWord(option)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void the_manual_page_lists_each_option(String name, CommandSpec command) {
    String page = new ManualPage("1", "2026-01-01").text();
    String options = name.equals("run") ? page : page.substring(page.indexOf(".SS"));

    assertThat(names(command))
        .allSatisfy(option -> assertThat(options).contains(Roff.bold(option)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void the_completions_know_each_option(String name, CommandSpec command) {
    assertThat(names(command))
        .allSatisfy(
            option -> {
              assertThat(BashCompletion.script()).containsPattern(isWord(option));
              assertThat(ZshCompletion.function()).containsPattern(isWord(option));
            });
  }

  @Test
  void no_name_of_an_option_means_two_things() {
    assertThat(names(Commands.run())).doesNotHaveDuplicates();
  }

  static Stream<Arguments> commands() {
    return Stream.concat(
        Stream.of(arguments("run", Commands.run())),
        Commands.others().entrySet().stream().map(e -> arguments(e.getKey(), e.getValue())));
  }

  private static String isWord(String option) {
    return "(?<![-\\w])" + Pattern.quote(option) + "(?![-\\w])";
  }

  private static List<String> names(CommandSpec command) {
    var names = new ArrayList<String>();
    Commands.options(command).forEach(option -> names.addAll(Arrays.asList(option.names())));
    return names;
  }
}

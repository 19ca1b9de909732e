package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.libvirt.sandbox.config.InteractiveConfig;

final class TerminalVariablesTest {
  private final InteractiveConfig.Builder config = InteractiveConfig.builder().command("id");

  @Test
  void the_kind_of_terminal_and_the_locale_are_passed_on_and_nothing_else_BUG_50() {
    var variables =
        new TerminalVariables(
            Map.of(
                "TERM", "xterm-256color",
                "LANG", "de_DE.UTF-8",
                "LANGUAGE", "de:en",
                "LC_TIME", "C",
                "LANGUAGES", "no",
                "HOME", "/root",
                "TERMCAP", "no"));

    assertThat(variables.addTo(config.build()).environment())
        .containsOnly(
            Map.entry("TERM", "xterm-256color"),
            Map.entry("LANG", "de_DE.UTF-8"),
            Map.entry("LANGUAGE", "de:en"),
            Map.entry("LC_TIME", "C"));
  }

  @Test
  void what_the_config_sets_itself_counts() {
    var variables = new TerminalVariables(Map.of("TERM", "xterm", "LANG", "C"));

    assertThat(variables.addTo(config.environment("TERM", "dumb").build()).environment())
        .containsOnly(Map.entry("TERM", "dumb"), Map.entry("LANG", "C"));
  }

  @Test
  void an_empty_variable_is_as_good_as_none() {
    var variables = new TerminalVariables(Map.of("LC_ALL", ""));

    assertThat(variables.addTo(config.build()).environment()).isEmpty();
  }
}

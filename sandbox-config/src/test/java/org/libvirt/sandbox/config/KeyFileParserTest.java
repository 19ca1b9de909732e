package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileParserTest {
  @Test
  void files_are_read_as_GLib_reads_them() throws IOException {
    List<String> differences = new ArrayList<>();

    for (String line : recorded()) {
      String[] inputAndOutcome = line.split("\t", -1);
      String outcome = outcome(unescape(inputAndOutcome[0]));
      if (!outcome.equals(unescape(inputAndOutcome[1]))) {
        differences.add(line + " but here: " + outcome);
      }
    }

    assertThat(differences).isEmpty();
  }

  private static List<String> recorded() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    KeyFileParserTest.class.getResourceAsStream("keyfile/glib-2.74.txt")),
                UTF_8))) {
      return lines.lines().skip(2).toList(); // the first two say what it is
    }
  }

  private static String unescape(String recorded) {
    return Pattern.compile("\\\\(x[0-9a-f]{2}|.)")
        .matcher(recorded)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    switch (escape.group(1)) {
                      case "n" -> "\n";
                      case "r" -> "\r";
                      case "t" -> "\t";
                      case "\\" -> "\\";
                      default ->
                          Character.toString(Integer.parseInt(escape.group(1).substring(1), 16));
                    }));
  }

  private static String outcome(String file) {
    try {
      return new String(parse(file).bytes(), ISO_8859_1);
    } catch (ConfigFileException e) {
      return "!";
    }
  }

  private static KeyFile parse(String file) {
    return KeyFileParser.parse("x.cfg", file.getBytes(ISO_8859_1));
  }

  @Test
  void a_form_feed_before_a_value_belongs_to_it() {
    KeyFile file = parse("\f[a]\n\fk\f= \t\r\fv");

    assertThat(file.group("a")).containsExactlyEntriesOf(Map.of("k", "\fv"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [a                    | line 1 is no group; write [NAME]
          [a] # b               | line 1 is no group; write [NAME]
          []                    | line 1 has no valid group name; write [NAME] without brackets
          #\\n\\nk=v             | line 3 comes before any group; write [api] first
          [a]\\nk               | line 2 is neither a group, nor a comment, nor KEY=VALUE
          [a]\\n=v              | line 2 is neither a group, nor a comment, nor KEY=VALUE
          [a]\\n;k              | line 2 is neither a group, nor a comment, nor KEY=VALUE
          [a]\\nk[=v            | line 2 has no valid key; write KEY=VALUE without brackets in KEY
          [a]\\nk]=v            | line 2 has no valid key; write KEY=VALUE without brackets in KEY
          [a]\\nEncoding=latin1 | line 2 says that this is not UTF-8; write the file in UTF-8
          """)
  void a_wrong_line_is_named_with_what_would_be_right(String file, String problem) {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> parse(file.replace("\\n", "\n")))
        .withMessageStartingWith("x.cfg: " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00EF\u00BB\u00BF[a]\n", "\u00FF\u00FE[\0a\0]\0", "\u00FE\u00FF\0["})
  void a_byte_order_mark_is_named(String file) {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> parse(file))
        .withMessage("x.cfg: line 1 begins with a byte order mark; save it as UTF-8 without one");
  }

  @Test
  void what_a_line_holds_is_not_told_as_it_may_be_a_secret() {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> parse("[env.0]\nkey=PASSWORD\nvalue=two\nhunter2\n"))
        .withMessageContaining("line 4")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
  }

  @Test
  void a_file_of_16_MiB_is_read_and_a_larger_one_refused() {
    byte[] bytes = ("[a]\nk=" + "x".repeat(KeyFile.MAX_BYTES)).getBytes(ISO_8859_1);

    assertThatCode(() -> KeyFileParser.parse("x.cfg", Arrays.copyOf(bytes, KeyFile.MAX_BYTES)))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> KeyFileParser.parse("x.cfg", bytes))
        .withMessage(
            "x.cfg: holds more than the 16 MiB that a config may have; leave something out");
  }

  @Test
  void a_million_groups_and_keys_are_read_and_no_more() {
    String million = "[a]\n" + "k=\n".repeat(KeyFileParser.MAX_LINES - 1);

    assertThatCode(() -> parse(million)).doesNotThrowAnyException();
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> parse(million + "k="))
        .withMessageContaining("line 1000001 is a group or key beyond the first 1000000");
  }

  @Test
  void many_keys_in_many_megabytes_are_read() {
    StringBuilder text = new StringBuilder("[command]\n");
    String argument = "x".repeat(90);
    for (int i = 0; i < 100_000; i++) {
      text.append("argv.").append(i).append('=').append(argument).append('\n');
    }

    KeyFile file = parse(text.toString());

    assertThat(file.group("command")).hasSize(100_000).containsEntry("argv.99999", argument);
    assertThat(new String(file.bytes(), ISO_8859_1)).isEqualTo(text.toString());
  }
}

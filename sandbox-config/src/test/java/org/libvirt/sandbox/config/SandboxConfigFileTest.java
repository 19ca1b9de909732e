package org.libvirt.sandbox.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files under {@code golden} and {@code loaded} were written and saved by libvirt-sandbox 0.8.0.
 */
class SandboxConfigFileTest {
  private final Path directory;

  SandboxConfigFileTest(@TempDir Path directory) {
    this.directory = directory;
  }

  static Stream<Arguments> goldenConfigs() {
    return Stream.of(
        Arguments.of("interactive-defaults-name", config("sandbox")),
        Arguments.of("tty-on", config("tty").command("/bin/bash").tty(true)),
        Arguments.of("name-dots", config("my.sandbox.v1.0")),
        Arguments.of("debug-verbose", config("dbg").debug(true).verbose(true)),
        Arguments.of("arch-i686", config("arch32").arch("i686").command("/bin/ls")),
        Arguments.of("env-many", oddVariables()));
  }

  private static InteractiveConfig.Builder config(String name) {
    return InteractiveConfig.builder()
        .name(name)
        .arch("x86_64")
        .identity(Identity.ROOT)
        .command("/bin/true");
  }

  // In the order of the original's file, which is that of a hash table.
  private static InteractiveConfig.Builder oddVariables() {
    return config("em")
        .environment("LINES", "one\ntwo\r\n")
        .environment("SEMI", "a;b;c")
        .environment("SPACES", "  two  spaces  ")
        .environment("PATH", "/bin:/usr/bin")
        .environment("EMPTY", "")
        .environment("NONASCII", "žluťoučký €")
        .environment("key2", "val2")
        .environment("key1", "replaced")
        .environment("EQ", "a=b=c")
        .environment("BACK", "\\n \\\\ \\s");
  }

  @ParameterizedTest
  @MethodSource("goldenConfigs")
  void a_saved_config_has_the_bytes_of_the_original(
      String golden, InteractiveConfig.Builder builder) throws IOException {
    Path file = directory.resolve("sandbox.cfg");

    builder.build().save(file);

    assertThat(file).hasBinaryContent(bytes("golden/" + golden + ".cfg"));
  }

  @ParameterizedTest
  @MethodSource("goldenConfigs")
  void a_file_of_the_original_loads_as_the_config_it_was_made_of(
      String golden, InteractiveConfig.Builder builder) throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("golden/" + golden + ".cfg"));

    assertThat(loaded).isEqualTo(builder.build());
  }

  @Test
  void saving_twice_writes_the_same_BUG_29() throws IOException {
    InteractiveConfig config = oddVariables().build();

    config.save(directory.resolve("one"));
    config.save(directory.resolve("two"));

    assertThat(directory.resolve("two")).hasSameBinaryContentAs(directory.resolve("one"));
  }

  @Test
  void a_saved_config_is_its_owners_only() throws IOException {
    Path file = directory.resolve("sandbox.cfg");

    config("x").build().save(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void a_config_is_not_saved_over_a_file() throws IOException {
    Path file = Files.writeString(directory.resolve("sandbox.cfg"), "mine");

    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> config("x").build().save(file))
        .withMessageContaining(file.toString());
    assertThat(file).hasContent("mine");
  }

  @Test
  void what_the_original_lacks_is_in_a_group_that_it_passes_over() {
    InteractiveConfig config = config("x").privileged(true).build();

    assertThat(config.toText()).endsWith("argv.0=/bin/true\n\n[hardening]\nprivileged=true\n");
    assertThat(SandboxConfig.parse(config.toText())).isEqualTo(config);
    assertThat(SandboxConfig.parse(config.toText()).isPrivileged()).isTrue();
  }

  @Test
  void odd_arguments_come_back_as_they_were() {
    List<String> command =
        List.of("/bin/echo", "", " ", "\t \t", "a\\s", "two\nlines\r", "#", "[x]", "ž😀", "\u00a0");

    SandboxConfig loaded = SandboxConfig.parse(config("x").command(command).build().toText());

    assertThat(((InteractiveConfig) loaded).command()).isEqualTo(command);
  }

  @Test
  void more_than_1024_arguments_and_variables_come_back_BUG_57() {
    List<String> command = Stream.iterate(0, i -> i + 1).limit(3000).map(i -> "arg" + i).toList();
    InteractiveConfig.Builder builder = config("x").command(command);
    command.forEach(name -> builder.environment(name, "1"));
    InteractiveConfig config = builder.build();

    assertThat(SandboxConfig.parse(config.toText())).isEqualTo(config);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "command-reversed",
        "comment-after-value",
        "duplicate-argv",
        "duplicate-key",
        "groups-reversed",
        "nonutf8-comment",
        "spaces-around-equals",
        "uid-octal",
        "uid-plus",
        "value-with-equals",
        "version-future"
      })
  void an_odd_file_is_saved_as_the_original_saves_it(String name) throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("loaded/" + name + ".cfg"));

    assertThat(loaded.toText())
        .isEqualTo(new String(bytes("loaded/" + name + ".saved.cfg"), UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "golden/name-odd|core|name|is a path; write a name without '/'",
        "golden/optstr-env-odd|env.2|key|environment variable without a name",
        "loaded/bool-dynamic-bad|security|dynamic|'maybe' is neither yes nor no; write true or"
            + " false",
        "loaded/bool-tty-yes|interactive|tty|'yes' is neither yes nor no; write true or false",
        "loaded/class-service-abstract|api|class|write GVirSandboxConfigInteractive",
        "loaded/command-no-zero|command|argv.0|command without a program",
        "loaded/escape-bad|command|argv.1|write '\\\\' for the character itself",
        "loaded/escape-bad-in-name|core|name|write '\\\\' for the character itself",
        "loaded/only-newlines|api|class|is missing; write GVirSandboxConfigInteractive",
        "loaded/uid-64bit|identity|uid|write a number from 0 to 4294967294",
        // the original takes it for an id, and its program cannot be given it
        "loaded/uid-max32|identity|uid|'4294967295' is not an id; write a number from 0 to"
            + " 4294967294",
        "loaded/uid-negative|identity|uid|'-1' is not an id",
        "loaded/uid-trailing|identity|uid|'12abc' is not an id",
      })
  void wrong_values_are_refused_with_group_and_key_BUG_56(
      String name, String group, String key, String problem) {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.load(file(name + ".cfg")))
        .withMessageContaining(name + ".cfg")
        .withMessageContaining("group [" + group + "], key " + key + ": ")
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.group()).contains(group))
        .satisfies(e -> assertThat(e.key()).contains(key));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "locale-key-bad|line 6 has no valid key",
        "semicolon-comment|line 6 is neither a group, nor a comment, nor KEY=VALUE",
      })
  void lines_that_are_no_key_file_are_refused_by_number(String name, String problem) {
    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.load(file("loaded/" + name + ".cfg")))
        .withMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "uuid=junk|core|uuid",
        "arch=z80|core|arch",
        "root=srv|core|root",
        "[hardening]\\nprivileged=perhaps|hardening|privileged",
        "[hardening]\\nseccomp=none|hardening|seccomp",
        "[resources]\\nmemory=1|resources|memory",
        "[security]\\ndynamic=false|security|label",
        "[identity]\\nuid=5\\n[hardening]\\nprivileged=true|hardening|privileged",
        "[identity]\\nhomedir=x|identity|homedir",
      })
  void what_could_not_run_is_refused_when_loaded(String lines, String group, String key) {
    String text =
        "[api]\nclass=GVirSandboxConfigInteractive\n[command]\nargv.0=x\n[core]\n"
            + lines.replace("\\n", "\n");

    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.parse(text))
        .satisfies(e -> assertThat(e.group()).contains(group))
        .satisfies(e -> assertThat(e.key()).contains(key));
  }

  @Test
  void bytes_that_are_no_text_are_refused_and_not_replaced_BUG_56() throws IOException {
    Path file = directory.resolve("sandbox.cfg");
    byte[] text = "[api]\nclass=GVirSandboxConfigInteractive\n[core]\nname=a?b\n".getBytes(UTF_8);
    text[text.length - 3] = (byte) 0xE4;
    Files.write(file, text);

    assertThatExceptionOfType(ConfigFileException.class)
        .isThrownBy(() -> SandboxConfig.load(file))
        .withMessageContaining("group [core], key name: value is not UTF-8");
  }

  @Test
  void gaps_between_variables_are_closed() throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("loaded/env-gap.cfg"));

    assertThat(loaded.environment()).containsExactly(Map.entry("A", "1"), Map.entry("B", "2"));
    assertThat(loaded.toText()).contains("[env.0]\nkey=A").contains("[env.1]\nkey=B");
  }

  @Test
  void missing_groups_keep_their_defaults() throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("loaded/missing-identity.cfg"));

    assertThat(loaded.identity()).isEqualTo(Identity.caller());
  }

  @Test
  void another_user_without_a_name_does_not_get_the_callers() {
    long other = Identity.caller().uid() + 1000;

    assertThat(SandboxConfig.parse(identity("uid=" + other)).identity())
        .isEqualTo(new Identity(other, Identity.caller().gid(), Long.toString(other), "/"));
    assertThat(SandboxConfig.parse(identity("uid=" + other + "\nusername=x")).identity())
        .isEqualTo(new Identity(other, Identity.caller().gid(), "x", "/"));
  }

  @Test
  void the_caller_needs_no_name() {
    assertThat(SandboxConfig.parse(identity("uid=" + Identity.caller().uid())).identity())
        .isEqualTo(Identity.caller());
  }

  private static String identity(String lines) {
    return "[api]\nclass=GVirSandboxConfigInteractive\n[command]\nargv.0=x\n[identity]\n"
        + lines
        + "\n";
  }

  @Test
  void unknown_groups_are_kept() throws IOException {
    SandboxConfig loaded = SandboxConfig.load(file("loaded/unknown-groups.cfg"));

    assertThat(loaded.toText()).contains("[future]\n");
    assertThat(loaded.toBuilder().name("other").build().toText()).contains("[future]\n");
  }

  @Test
  void a_missing_file_is_an_error_of_the_file_system() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> SandboxConfig.load(directory.resolve("none.cfg")));
  }

  @Test
  void a_variable_that_comes_twice_has_the_later_value() {
    String text =
        """
        [api]
        class=GVirSandboxConfigInteractive
        [command]
        argv.0=x
        [env.10]
        key=A
        value=later
        [env.9]
        key=A
        value=earlier
        """;

    assertThat(SandboxConfig.parse(text).environment()).isEqualTo(Map.of("A", "later"));
  }

  private Path file(String name) {
    Path copy = directory.resolve(name);
    try {
      Files.createDirectories(copy.getParent());
      return Files.write(copy, bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream content = SandboxConfigFileTest.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new NoSuchFileException(name);
      }
      return content.readAllBytes();
    }
  }
}

package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InteractiveConfigTest {
  private static final String HALF_A_PAIR = "\uD83D";

  @Test
  void defaults_are_those_of_the_documentation() {
    InteractiveConfig config = InteractiveConfig.builder().build();

    assertThat(config.name()).matches("sandbox-[0-9a-f]{8}");
    assertThat(config.uuid()).isEmpty();
    assertThat(config.root()).isEqualTo(Root.host());
    assertThat(config.arch()).isEqualTo(Architecture.ofHost());
    assertThat(config.identity()).isEqualTo(Identity.caller());
    assertThat(config.isPrivileged()).isFalse();
    assertThat(config.environment()).isEmpty();
    assertThat(config.command()).containsExactly("/bin/sh");
    assertThat(config.isTty()).isFalse();
    assertThat(config.isShell()).isFalse();
    assertThat(config.isDebug()).isFalse();
    assertThat(config.isVerbose()).isFalse();
    assertThat(config.mounts()).isEmpty();
    assertThat(config.disks()).isEmpty();
    assertThat(config.networks()).isEmpty();
    assertThat(config.security()).isEqualTo(Security.dynamic());
    assertThat(config.kernel()).isEqualTo(Kernel.running());
    assertThat(config.resources()).isEqualTo(Resources.standard());
    assertThat(config.hostName()).isEmpty();
    assertThat(config.directory()).isEmpty();
  }

  @Test
  void configs_without_a_given_name_get_different_ones() {
    String one = InteractiveConfig.builder().build().name();
    String other = InteractiveConfig.builder().build().name();

    assertThat(one).isNotEqualTo(other);
  }

  @Test
  void a_config_says_what_its_builder_was_told() {
    UUID uuid = UUID.randomUUID();
    Identity nobody = new Identity(65534, 65534, "nobody", "/nonexistent");

    InteractiveConfig config =
        InteractiveConfig.builder()
            .name("näme 1")
            .uuid(uuid)
            .root(Root.directory(Path.of("/srv/root")))
            .arch("i686")
            .identity(nobody)
            .environment(Map.of("A", "1"))
            .shell(true)
            .debug(true)
            .verbose(true)
            .command(List.of("/bin/ls", "", "-l"))
            .tty(true)
            .build();

    assertThat(config.name()).isEqualTo("näme 1");
    assertThat(config.uuid()).contains(uuid);
    assertThat(config.root()).isEqualTo(new HostDirectoryRoot("/srv/root"));
    assertThat(config.arch()).isEqualTo("i686");
    assertThat(config.identity()).isEqualTo(nobody);
    assertThat(config.environment()).containsExactly(Map.entry("A", "1"));
    assertThat(config.command()).containsExactly("/bin/ls", "", "-l");
    assertThat(config.isShell() && config.isDebug() && config.isVerbose() && config.isTty())
        .isTrue();
  }

  @Test
  void a_builder_made_of_a_config_builds_an_equal_one() {
    InteractiveConfig config =
        InteractiveConfig.builder()
            .uuid(UUID.randomUUID())
            .privileged(true)
            .environment("A", "1")
            .command("/bin/ls", "-l")
            .tty(true)
            .build();

    assertThat(config.toBuilder().build()).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(config.toBuilder().tty(false).build()).isNotEqualTo(config);
  }

  @Test
  void a_config_does_not_change_with_what_it_was_made_of() {
    List<String> command = new ArrayList<>(List.of("/bin/ls"));
    InteractiveConfig.Builder builder = InteractiveConfig.builder().command(command);
    InteractiveConfig config = builder.build();

    command.add("-l");
    builder.environment("A", "1");

    assertThat(config.command()).containsExactly("/bin/ls");
    assertThat(config.environment()).isEmpty();
    assertThat(config.command()).isUnmodifiable();
    assertThat(config.environment()).isUnmodifiable();
  }

  @Test
  void variables_keep_the_order_in_which_they_were_first_given() {
    InteractiveConfig config =
        InteractiveConfig.builder()
            .environment("Z", "1")
            .environment("A", "2")
            .environment("Z", "3")
            .build();

    assertThat(config.environment()).containsExactly(Map.entry("Z", "3"), Map.entry("A", "2"));
  }

  @Test
  void values_of_variables_are_not_in_the_text_of_a_config() {
    InteractiveConfig config = InteractiveConfig.builder().environment("TOKEN", "s3cret").build();

    assertThat(config.toString()).contains("TOKEN").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "..", "a/b", "/", "a\nb", "a\u0000", "\u007f", "\uFFFF", "\uD83D"})
  void names_that_are_no_names_are_refused_BUG_48(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().name(name))
        .withMessageStartingWith("sandbox name");
  }

  @Test
  void a_name_has_at_most_64_bytes_BUG_48() {
    String longest = "ä".repeat(32);

    assertThat(InteractiveConfig.builder().name(longest).build().name()).isEqualTo(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().name(longest + "x"))
        .withMessageContaining("65 bytes")
        .withMessageContaining("at most 64");
  }

  @Test
  void a_command_needs_a_program_BUG_61() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().command())
        .withMessage("command without a program; write one, such as '/bin/sh'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().command("", "x"));
  }

  @Test
  void arguments_are_valid_unicode_without_nul_BUG_62() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().command("/bin/echo", HALF_A_PAIR))
        .withMessageContaining("argument 1 of the command is not valid Unicode");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().command("/bin/echo\u0000"))
        .withMessageContaining("U+0000");
    assertThat(InteractiveConfig.builder().command("/bin/echo", "😀\n\t").build().command())
        .endsWith("😀\n\t");
  }

  @Test
  void variables_have_a_name_without_equals_sign_BUG_60() {
    InteractiveConfig.Builder builder = InteractiveConfig.builder();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.environment("", "x"))
        .withMessageContaining("without a name");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.environment("A=B", "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.environment("A\u0000", "x"));
  }

  @Test
  void a_refused_value_of_a_variable_is_not_in_the_message() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().environment("A", "s3cret\u0000"))
        .withMessageContaining("'A'")
        .withMessageNotContaining("s3cret");
  }

  @Test
  void an_unknown_architecture_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().arch("amd64"))
        .withMessageContaining("'amd64' is not known");
  }

  @Test
  void a_privileged_sandbox_runs_as_root() {
    InteractiveConfig config = InteractiveConfig.builder().privileged(true).build();

    assertThat(config.identity()).isEqualTo(Identity.ROOT);
    assertThat(config.isPrivileged()).isTrue();
  }

  @Test
  void user_0_is_not_privileged_unless_asked_for_BUG_10() {
    InteractiveConfig config = InteractiveConfig.builder().identity(Identity.ROOT).build();

    assertThat(config.isPrivileged()).isFalse();
  }

  @Test
  void a_privileged_sandbox_of_another_user_is_refused_BUG_10() {
    Identity namedRoot = new Identity(1234, 0, "root", "/root");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> InteractiveConfig.builder().privileged(true).identity(namedRoot).build())
        .withMessageContaining("not as 1234 and 0");
  }
}

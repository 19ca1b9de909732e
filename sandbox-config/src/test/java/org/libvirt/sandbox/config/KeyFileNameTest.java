package org.libvirt.sandbox.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "mount.0", " a ", "\u00C3\u00A4", "\u00E4", "=", "#", "a\\n"})
  void a_group_may_have_any_name_without_brackets_and_control_characters(String name) {
    assertThat(KeyFileName.isGroup(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a[b", "a]", "a\tb", "a\nb", "a\0", "a\u007F", "\u20AC"})
  void other_groups_are_refused(String name) {
    assertThat(KeyFileName.isGroup(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"k", "argv.0", "a b", "\u00C3\u00A4", "k[de]", "k[de_DE.UTF-8@euro]", "k[]", "a#"})
  void a_key_may_have_a_language(String name) {
    assertThat(KeyFileName.isKey(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " k",
        "k ",
        "\tk",
        "k\t",
        "\fk",
        "#k",
        "[k",
        "k[",
        "k]",
        "[de]",
        "k [de]",
        "k[d e]",
        "k[de]x",
        "k[\u00E4]",
        "k=v",
        "k\n",
        "k\0",
        "\u20AC",
        "k[de][fr]"
      })
  void other_keys_are_refused(String name) {
    assertThat(KeyFileName.isKey(name)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k[\u00C3\u00A4]",
        "k[\u00E2\u0085\u00A7]",
        "k[\u00C2\u00B2]",
        "k[\u00E4\u00B8\u00AD]"
      })
  void a_language_may_be_of_any_letters_and_numbers(String name) {
    assertThat(KeyFileName.isKey(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k", "k[]"})
  void a_key_without_a_language_is_no_translation(String key) {
    assertThat(KeyFileName.isTranslation(key)).isFalse();
  }
}

package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

final class ArgumentsTest {
  @Test
  void text_of_any_script_is_taken_BUG_62() {
    assertThatCode(() -> Arguments.checkEncoding(new String[] {"ä", "日本", "🎉", ""}))
        .doesNotThrowAnyException();
  }

  @Test
  void the_replacement_character_itself_is_text_too_BUG_62() {
    // this JVM's own command line, which is looked at then, is valid
    assertThatCode(() -> Arguments.checkEncoding(new String[] {"\ufffd"}))
        .doesNotThrowAnyException();
  }
}

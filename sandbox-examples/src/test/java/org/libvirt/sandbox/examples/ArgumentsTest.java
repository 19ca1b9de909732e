package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArgumentsTest {
  @TempDir private Path directory;

  @Test
  void plain_text_is_what_the_jvm_read() {
    String[] read = {"id", "", "-u"};

    assertThat(Arguments.typed(read)).isSameAs(read);
  }

  @Test
  void other_text_is_utf_8_whatever_the_locale_made_of_it_BUG_62() throws IOException {
    var commandLine = commandLine("java\0-jar\0x.jar\0echo\0ä 日\0\0🎉\0".getBytes(UTF_8));

    assertThat(Arguments.typed(new String[] {"echo", "??", "", "\ufffd"}, commandLine))
        .containsExactly("echo", "ä 日", "", "🎉");
  }

  @Test
  void bytes_that_are_no_text_are_refused_BUG_62() throws IOException {
    var commandLine = commandLine(new byte[] {'j', 0, (byte) 0xff, 0});

    assertThatThrownBy(() -> Arguments.typed(new String[] {"\ufffd"}, commandLine))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not valid UTF-8");
  }

  private Path commandLine(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("cmdline"), bytes);
  }
}

package org.libvirt.sandbox.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

final class IoProblemTest {
  @Test
  void the_kind_is_in_the_words_and_not_in_a_class() {
    assertThat(IoProblem.words(new NoSuchFileException("/x"))).isEqualTo("/x: does not exist");
    assertThat(IoProblem.words(new AccessDeniedException("/x"))).isEqualTo("/x: permission denied");
    assertThat(IoProblem.words(new FileAlreadyExistsException("/x")))
        .isEqualTo("/x: exists already");
    assertThat(IoProblem.words(new FileSystemException("/x", null, "No space left on device")))
        .isEqualTo("/x: No space left on device");
  }

  @Test
  void there_is_always_one_line() {
    assertThat(IoProblem.words(new IOException("two\nlines"))).isEqualTo("two lines");
    assertThat(IoProblem.words(new IOException())).isEqualTo("the system gave no reason");
  }
}

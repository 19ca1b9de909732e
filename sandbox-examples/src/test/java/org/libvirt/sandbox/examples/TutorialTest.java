package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/tutorial.md shows what is there: its blocks are parts of the examples, or are run. */
final class TutorialTest {
  private static final Tutorial TUTORIAL = Tutorial.read();

  static List<Tutorial.Part> parts() {
    return TUTORIAL.parts();
  }

  @ParameterizedTest
  @MethodSource("parts")
  void each_part_of_a_file_stands_there_word_for_word(Tutorial.Part part) {
    assertThat(Tutorial.read(Checkout.root().resolve(part.file()))).contains(part.text());
  }

  @Test
  void no_block_is_anything_but_a_part_of_a_file_or_commands_and_their_output() {
    assertThat(TUTORIAL.blocks())
        .isEqualTo(TUTORIAL.parts().size() + 2L * TUTORIAL.commands().size())
        .isGreaterThan(20);
  }
}

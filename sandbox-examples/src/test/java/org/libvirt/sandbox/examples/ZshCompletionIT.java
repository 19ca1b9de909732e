package org.libvirt.sandbox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What zsh makes of a line when the TAB key is pressed at its end. */
final class ZshCompletionIT {
  @TempDir private static Path directory;
  private static Screen screen;

  @BeforeAll
  static void startZsh() throws IOException {
    Files.writeString(directory.resolve("_virt-sandbox"), ZshCompletion.function());
    Files.createDirectories(directory.resolve("here/subdirectory"));
    Files.createFile(directory.resolve("here/other"));
    screen = Screen.open(directory);
    screen.line("cd here; HISTFILE= PS1='%% ' exec zsh -f");
    screen.awaitText("\n%");
    screen.line("fpath=(.. $fpath); autoload -U compinit; compinit -D -u; echo re''ady");
    screen.awaitText("ready\n%");
  }

  @BeforeEach
  void startLine() {
    // keys are taken in their order, while Ctrl-C's signal could come after the first of the next
    screen.keys("C-u");
    screen.line("clear");
    await().atMost(Shell.LIMIT).untilAsserted(() -> assertThat(screen.shown()).isEqualTo("%"));
  }

  @AfterAll
  static void hangUp() {
    screen.close();
  }

  @ParameterizedTest
  @CsvSource({
    "virt-sandbox --ti, virt-sandbox --timeout",
    "virt-sandbox -p --env-, virt-sandbox -p --env-file",
    "virt-sandbox -r s, virt-sandbox -r subdirectory",
    "virt-sandbox --root=s, virt-sandbox --root=subdirectory",
    "virt-sandbox -pr s, virt-sandbox -pr subdirectory",
    "virt-sandbox -m host-b, virt-sandbox -m host-bind:",
    "virt-sandbox -m host-bind:/mnt=o, virt-sandbox -m host-bind:/mnt=other",
    "virt-sandbox --ro /mnt=o, virt-sandbox --ro /mnt=other",
    "virt-sandbox -S nobod, virt-sandbox -S nobody",
    "virt-sandbox list --f, virt-sandbox list --format",
    "virt-sandbox list --format=j, virt-sandbox list --format=json",
    "virt-sandbox -v -- sha512su, virt-sandbox -v -- sha512sum",
    "virt-sandbox -n x sha384su, virt-sandbox -n x sha384sum",
    "virt-sandbox cat o, virt-sandbox cat other"
  })
  void a_word_is_completed(String typed, String completed) {
    screen.together(typed);
    screen.keys("Tab");

    screen.awaitText("% " + completed);
  }

  @Test
  void the_other_commands_are_offered_beside_programs() {
    screen.together("virt-sandbox clea");
    screen.keys("Tab");

    screen.awaitText("clean  -- Removes what sandboxes");
  }

  @Test
  void the_commands_own_options_are_not_completed_as_the_sandboxs() {
    screen.together("virt-sandbox cat --escap");
    screen.keys("Tab");
    screen.together("x");

    screen.awaitText("% virt-sandbox cat --escapx");
    assertThat(screen.shown()).doesNotContain("--escape");
  }
}

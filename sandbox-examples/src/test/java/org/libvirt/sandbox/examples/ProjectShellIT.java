package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial's shell on a terminal; on pipes it is run with the tutorial. */
final class ProjectShellIT {
  @Test
  void on_a_terminal_the_shell_has_one_and_the_users_is_restored(@TempDir Path directory)
      throws IOException {
    Files.createDirectory(directory.resolve("project"));
    try (Screen screen = Screen.open(directory)) {
      screen.line("stty -g >before; jars='" + Checkout.root() + "/target/virt-sandbox/*'");
      screen.line(
          "java -cp \"$jars\" org.libvirt.sandbox.examples.tutorial.ProjectShell project;"
              + " echo status $?; stty -g | cmp - before && echo re''stored");
      screen.awaitText("#");

      screen.line("stty size; touch new; exit 4");

      screen.awaitText("24 80");
      screen.awaitText("Read-only file system");
      screen.awaitText("status 4");
      screen.awaitText("restored");
    }
  }
}

package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What goes with a command when it is installed; the build makes it of the command's options. */
final class Documents {
  private Documents() {}

  /**
   * Writes all of them, where a distribution has them below its share directory.
   *
   * @param arguments that directory, the version, and the time of its release
   * @throws IOException if one cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    Path share = Path.of(arguments[0]);
    write(
        share.resolve("man/man1/virt-sandbox.1"),
        new ManualPage(arguments[1], arguments[2].substring(0, 10)).text());
    write(share.resolve("bash-completion/completions/virt-sandbox"), BashCompletion.script());
    write(share.resolve("zsh/site-functions/_virt-sandbox"), ZshCompletion.function());
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }
}

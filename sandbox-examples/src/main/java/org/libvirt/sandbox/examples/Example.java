package org.libvirt.sandbox.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What users type, in the help text and the manual page.
 *
 * @param purpose what it is for: a line that ends with a colon
 * @param commands the lines to type
 */
record Example(String purpose, List<String> commands) {
  static final List<Example> ALL =
      List.of(
          of("List the root directory as a sandbox sees it:", "virt-sandbox ls -l /"),
          of(
              "Build a project whose directory can be written to, with two processors and 2 GiB:",
              "virt-sandbox -m host-bind:/mnt=$PWD -w /mnt --cpus 2 --memory 2g make"),
          of(
              "Convert a file of unknown origin, as a user without rights, for ten seconds at most:",
              "virt-sandbox -u nobody --timeout 10 -- pdftotext - - <in.pdf >out.txt"),
          of(
              "Have a shell with an empty home directory and a read-only look at a project:",
              "virt-sandbox -m host-bind:/root= --ro /mnt=$PWD bash"),
          of(
              "Have an interface on libvirt's network \"default\", with an address by DHCP:",
              "virt-sandbox -N dhcp,source=default -- curl https://example.org/"),
          of(
              "Look into a sandbox from another terminal:",
              "virt-sandbox -n build -l -- make",
              "virt-sandbox attach build"));

  private static Example of(String purpose, String... commands) {
    return new Example(purpose, List.of(commands));
  }

  /** Puts all of them at the end of a help text. */
  static void addTo(CommandSpec command) {
    List<String> footer = new ArrayList<>(Arrays.asList(command.usageMessage().footer()));
    footer.add("");
    footer.add("Examples:");
    for (Example example : ALL) {
      example.commands.forEach(line -> footer.add("  " + line));
    }
    command.usageMessage().footer(footer.toArray(String[]::new));
  }
}

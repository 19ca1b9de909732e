package org.libvirt.sandbox.examples;

import static org.libvirt.sandbox.examples.Roff.bold;
import static org.libvirt.sandbox.examples.Roff.italic;
import static org.libvirt.sandbox.examples.Roff.plain;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** virt-sandbox(1). */
final class ManualPage {
  private final Roff page;

  /**
   * The page of a version.
   *
   * @param version such as {@code 0.9.0}
   * @param date when it was released, as {@code YYYY-MM-DD}
   */
  ManualPage(String version, String date) {
    page = new Roff("VIRT-SANDBOX", date, "libvirt-sandbox " + version);
  }

  String text() {
    page.section("NAME").paragraph("virt\\-sandbox \\- run a program in a sandbox");
    synopsis();
    description();
    page.section("OPTIONS");
    options(Commands.run());
    commands();
    signals();
    exitStatus();
    environment();
    files();
    examples();
    page.section("SEE ALSO")
        .paragraph(
            "%s(1), %s(1), %s(8)".formatted(bold("bwrap"), bold("podman"), bold("libvirtd")));
    return page.toString();
  }

  private void synopsis() {
    page.section("SYNOPSIS")
        .paragraph(
            "%s [%s...] [--] %s [%s...]"
                .formatted(
                    bold("virt-sandbox"), italic("OPTION"), italic("COMMAND"), italic("ARGUMENT"))
                .replace("[--]", "[\\-\\-]"));
    Commands.others()
        .values()
        .forEach(
            command ->
                page.paragraph(
                    bold(command.name())
                        + " ["
                        + italic("OPTION")
                        + "...]"
                        + (Commands.namesSandbox(command) ? " " + italic("NAME") : "")));
  }

  private void description() {
    page.section("DESCRIPTION")
        .paragraph(
            plain(
                "Runs COMMAND in a container of its own, which boots straight into it on this"
                    + " host's files, and ends with it. Its output is virt-sandbox's, and so is its"
                    + " exit status. The root directory is read-only; /run, /tmp, /var/tmp and"
                    + " /dev/shm are empty and its own; there is no network but a loopback"
                    + " interface; it has no capability, even as root."))
        .paragraph(
            plain(
                "Options end where COMMAND begins: what follows is COMMAND's. A COMMAND that begins"
                    + " with -, or is called as one of the commands below, stands behind --."))
        .paragraph(
            plain(
                "Where standard input and output both are terminals, COMMAND has a terminal too,"
                    + " with job control; else three pipes. At a terminal, Ctrl-] ends the run."));
  }

  private void options(CommandSpec command) {
    for (OptionSpec option : Commands.options(command)) {
      String[] description = option.description();
      page.entry(tag(option), words(description[0]));
      Arrays.stream(description).skip(1).forEach(line -> page.further(words(line)));
    }
  }

  private static String words(String description) {
    return plain(Commands.text(description));
  }

  private static String tag(OptionSpec option) {
    String names = Arrays.stream(option.names()).map(Roff::bold).collect(Collectors.joining(", "));
    return Commands.takesValue(option) ? names + " " + italic(option.paramLabel()) : names;
  }

  private void commands() {
    page.section("COMMANDS");
    Commands.others()
        .values()
        .forEach(
            command -> {
              page.subsection(plain(command.name()));
              page.paragraph(words(String.join(" ", command.usageMessage().description()).strip()));
              options(command);
            });
  }

  private void signals() {
    page.section("SIGNALS")
        .paragraph(
            plain(
                "SIGHUP, SIGINT and SIGTERM go to COMMAND, whose status comes back. If COMMAND has"
                    + " not ended 10 s later, the sandbox is ended, as it is by a second SIGINT"
                    + " within a second; the status is then 128+n. However virt-sandbox ends, also"
                    + " by SIGKILL, the sandbox ends with it."));
  }

  private void exitStatus() {
    page.section("EXIT STATUS");
    page.entry(bold("124"), plain("COMMAND was ended after --timeout."))
        .entry(bold("125"), plain("virt-sandbox itself failed; a line on standard error says why."))
        .entry(bold("126"), plain("COMMAND was found, but cannot be executed."))
        .entry(bold("127"), plain("COMMAND was not found."))
        .entry(
            bold("128") + "+" + italic("n"),
            plain(
                "Signal n ended COMMAND: 137 where memory, output or processor time had reached"
                    + " their limit, 153 a file its size. A line on standard error names each limit"
                    + " that was reached."))
        .entry(plain("any other"), plain("COMMAND's own."));
  }

  private void environment() {
    page.section("ENVIRONMENT")
        .entry(bold("LIBVIRT_DEFAULT_URI"), plain("The libvirt connection where -c is not given."))
        .entry(
            bold("TERM") + ", " + bold("LANG") + ", " + bold("LANGUAGE") + ", " + bold("LC_*"),
            plain("Handed on to a COMMAND that has a terminal; of the others, only what -e names."))
        .entry(bold("JAVA_HOME"), plain("The Java that runs virt-sandbox."));
  }

  private void files() {
    page.section("FILES")
        .entry(
            italic("/var/lib/libvirt-sandbox"),
            plain(
                "What sandboxes and private daemons of root's keep while they run. It is gone with"
                    + " the last of them."))
        .entry(italic("/var/cache/libvirt-sandbox"), plain("What the next start need not redo."));
  }

  private void examples() {
    page.section("EXAMPLES");
    for (Example example : Example.ALL) {
      page.paragraph(plain(example.purpose()));
      page.lines(example.commands().stream().map(Roff::plain).toList());
    }
  }
}

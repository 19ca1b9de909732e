package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.util.List;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.builder.RunningSandbox;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code virt-sandbox list} asks for. */
@Command(
    name = "virt-sandbox list",
    sortOptions = false,
    customSynopsis = "virt-sandbox list [OPTION...]",
    description = {"Lists the sandboxes of this user that run on this host, the oldest first.", ""})
final class Listing {
  static final String NAME = "list";

  @Option(
      names = "--format",
      paramLabel = "table|json",
      description = "a table for people, which is the default, or one JSON array for programs")
  private SandboxTable.Format format = SandboxTable.Format.table;

  @Option(
      names = {"-q", "--quiet"},
      preprocessor = Flag.class,
      description = "list nothing but the names, a line each")
  private boolean quiet;

  @Option(
      names = {"-h", "-?", "--help"},
      preprocessor = Flag.LastWord.class,
      description = "show this and exit")
  private boolean help;

  private Listing() {}

  /** What it has for options, for those who document them. */
  static CommandLine commandLine() {
    return new CommandLine(new Listing()).setExpandAtFiles(false);
  }

  /**
   * Does it.
   *
   * @return the exit status
   * @throws HostLacksException if the state directories cannot be read
   */
  static int run(List<String> arguments, PrintWriter out) {
    CommandLine line = commandLine();
    line.parseArgs(arguments.toArray(String[]::new));
    Listing asked = line.getCommand();
    if (asked.help) {
      line.usage(out);
    } else {
      SandboxTable table = new SandboxTable(RunningSandbox.list());
      if (asked.quiet) {
        table.printNames(out);
      } else {
        table.print(asked.format, out);
      }
    }
    out.flush();
    return 0;
  }
}

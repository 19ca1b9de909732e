package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import org.libvirt.sandbox.builder.RunningSandbox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code virt-sandbox list} asks for. */
@Command(
    name = "virt-sandbox list",
    sortOptions = false,
    customSynopsis = "virt-sandbox list [OPTION...]",
    description = {"Lists the sandboxes of this user that run on this host, the oldest first.", ""})
final class Listing extends Subcommand {
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

  @Override
  int run(PrintWriter out) {
    SandboxTable table = new SandboxTable(RunningSandbox.list());
    if (quiet) {
      table.printNames(out);
    } else {
      table.print(format, out);
    }
    return 0;
  }
}

package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.builder.StateDirectory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code virt-sandbox clean} asks for. */
@Command(
    name = "virt-sandbox clean",
    sortOptions = false,
    customSynopsis = "virt-sandbox clean [OPTION...]",
    description = {
      "Removes what sandboxes and private daemons have left whose owner was killed: directories,"
          + " control groups, processes. Those that run are left alone. Each start does the same.",
      "Tells what it removes, a line each.",
      ""
    })
final class Cleaning {
  static final String NAME = "clean";

  @Option(
      names = {"-q", "--quiet"},
      preprocessor = Flag.class,
      description = "tell nothing")
  private boolean quiet;

  @Option(
      names = {"-h", "-?", "--help"},
      preprocessor = Flag.LastWord.class,
      description = "show this and exit")
  private boolean help;

  private Cleaning() {}

  /** What it has for options, for those who document them. */
  static CommandLine commandLine() {
    return new CommandLine(new Cleaning()).setExpandAtFiles(false);
  }

  /**
   * Does it.
   *
   * @return the exit status
   * @throws SandboxException if something could not be removed
   */
  static int run(List<String> arguments, PrintWriter out) {
    CommandLine line = commandLine();
    line.parseArgs(arguments.toArray(String[]::new));
    Cleaning asked = line.getCommand();
    if (asked.help) {
      line.usage(out);
      out.flush();
      return 0;
    }
    asked.clean(out);
    return 0;
  }

  private void clean(PrintWriter out) {
    // daemons first: their containers' processes hold on to what lies in directories
    EmbeddedLibvirt.sweep().forEach(name -> tell(out, "daemon", name));
    try {
      StateDirectory.sweep().forEach(uuid -> tell(out, "sandbox", uuid));
    } catch (IOException e) {
      throw new SandboxException(
          "cannot remove what is left in " + HostDirectories.state() + ": " + e.getMessage(), e);
    }
  }

  private void tell(PrintWriter out, String kind, Object name) {
    if (!quiet) {
      out.println("removed " + kind + " " + name);
    }
  }
}

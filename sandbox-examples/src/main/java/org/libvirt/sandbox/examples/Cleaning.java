package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.io.PrintWriter;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.HostDirectories;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.builder.StateDirectory;
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
final class Cleaning extends Subcommand {
  static final String NAME = "clean";

  @Option(
      names = {"-q", "--quiet"},
      preprocessor = Flag.class,
      description = "tell nothing")
  private boolean quiet;

  @Override
  int run(PrintWriter out) {
    // daemons first: their containers' processes hold on to what lies in directories
    EmbeddedLibvirt.sweep().forEach(name -> tell(out, "daemon", name));
    try {
      StateDirectory.sweep().forEach(uuid -> tell(out, "sandbox", uuid));
    } catch (IOException e) {
      throw new SandboxException(
          "cannot remove what is left in " + HostDirectories.state() + ": " + e.getMessage(), e);
    }
    return 0;
  }

  private void tell(PrintWriter out, String kind, Object name) {
    if (!quiet) {
      out.println("removed " + kind + " " + name);
    }
  }
}

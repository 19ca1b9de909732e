package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.util.List;
import org.libvirt.sandbox.SandboxException;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** What a word behind {@code virt-sandbox} asks for that runs no program. */
abstract class Subcommand {
  /** Behind those of each command, which have no order. */
  @Option(
      names = {"-h", "-?", "--help"},
      order = 1,
      help = true,
      preprocessor = Flag.LastWord.class,
      description = "show this and exit")
  private boolean help;

  /** What it has for options, also for those who document them. */
  final CommandLine commandLine() {
    // the words are the user's: @FILE, too
    return new CommandLine(this).setExpandAtFiles(false);
  }

  /**
   * Does it.
   *
   * @return the exit status
   * @throws SandboxException if it cannot be done
   */
  final int run(List<String> arguments, PrintWriter out) {
    CommandLine line = commandLine();
    line.parseArgs(arguments.toArray(String[]::new));
    int status = 0;
    if (help) {
      line.usage(out);
    } else {
      status = run(out);
    }
    out.flush();
    return status;
  }

  /** Does what the options say. */
  abstract int run(PrintWriter out);
}

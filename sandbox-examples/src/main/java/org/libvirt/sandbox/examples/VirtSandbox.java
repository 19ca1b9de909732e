package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The {@code virt-sandbox} command: runs one program in a sandbox and exits as it does. */
@Command(
    name = "virt-sandbox",
    versionProvider = Version.class,
    sortOptions = false,
    customSynopsis = "virt-sandbox [OPTION...] [--] COMMAND [ARGUMENT...]",
    description =
        "Runs COMMAND in a sandbox on this host's files, which it can read but not change.",
    footer = {
      "",
      "Write -- before a COMMAND that has options of its own.",
      "Exit status: that of COMMAND; 128+n if signal n ended it; 124 after --timeout; 125 if",
      "virt-sandbox itself failed; 126 if COMMAND cannot be executed; 127 if it is not found."
    })
public final class VirtSandbox {
  private static final int TIMED_OUT = 124;
  private static final int FAILED = 125;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int SIGNALED = 128;

  @Option(
      names = {"-c", "--connect"},
      paramLabel = "URI",
      description =
          "libvirt connection; default: $LIBVIRT_DEFAULT_URI, else lxc:///. Where no daemon serves"
              + " a local one, a private daemon is started.")
  private @Nullable String connect;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "name of the sandbox; default: sandbox- and eight hexadecimal digits")
  private @Nullable String name;

  @Option(
      names = {"-p", "--privileged"},
      description = "run as root inside, with a container's usual capabilities")
  private boolean privileged;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeLimit.class,
      description =
          "after TIME (seconds, or with s, m, h or d) send SIGTERM, a second later SIGKILL")
  private @Nullable Duration timeout;

  @Option(
      names = {"-v", "--verbose"},
      description = "tell the stages of start and end on standard error")
  private boolean verbose;

  @Option(
      names = {"-h", "-?", "--help"},
      usageHelp = true,
      description = "show this and exit")
  @SuppressWarnings("unused") // picocli's
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "show the version and exit")
  @SuppressWarnings("unused") // picocli's
  private boolean version;

  @Parameters(paramLabel = "COMMAND", hidden = true)
  private List<String> command = List.of();

  private VirtSandbox() {}

  /**
   * Runs the command line and exits.
   *
   * @param arguments options, command and its arguments
   */
  public static void main(String[] arguments) {
    int status =
        run(
            arguments,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    // whatever is still copied from standard input holds nobody up
    System.exit(status);
  }

  private static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    VirtSandbox sandbox = new VirtSandbox();
    CommandLine line = new CommandLine(sandbox);
    try {
      Arguments.checkEncoding(arguments);
      line.parseArgs(arguments);
      if (line.isUsageHelpRequested()) {
        line.usage(out);
        return 0;
      }
      if (line.isVersionHelpRequested()) {
        line.printVersionHelp(out);
        return 0;
      }
      return sandbox.run(line, err);
    } catch (ProgramNotStartedException e) {
      complain(err, e);
      return e.isNotFound() ? NOT_FOUND : e.isExecFailure() ? NOT_EXECUTABLE : FAILED;
    } catch (ParameterException e) {
      err.println("virt-sandbox: " + e.getMessage() + "; 'virt-sandbox --help' lists the options");
      return FAILED;
    } catch (SandboxException | IllegalArgumentException e) {
      complain(err, e);
      return FAILED;
    }
  }

  private static void complain(PrintWriter err, RuntimeException e) {
    err.println("virt-sandbox: " + e.getMessage());
    for (Throwable left : e.getSuppressed()) {
      err.println("virt-sandbox: moreover: " + left.getMessage());
    }
  }

  private int run(CommandLine line, PrintWriter err) {
    if (command.isEmpty()) {
      throw new ParameterException(line, "no command is given; write it behind the options");
    }
    if (verbose) {
      Progress.showOn(err);
    }
    InteractiveConfig config = config();
    try (LocalLibvirt libvirt = LocalLibvirt.open(connect);
        InteractiveContext sandbox = InteractiveContext.start(libvirt.connection(), config)) {
      return status(new Run(sandbox.console()).await(timeout));
    }
  }

  private InteractiveConfig config() {
    InteractiveConfig.Builder config =
        InteractiveConfig.builder().command(command).privileged(privileged).verbose(verbose);
    if (name != null) {
      config.name(name);
    }
    return config.build();
  }

  private static int status(Run.Result result) {
    if (result.timedOut()) {
      return TIMED_OUT;
    }
    ExitStatus status = result.status();
    if (status instanceof ExitStatus.Exited exited) {
      return exited.code();
    }
    if (status instanceof ExitStatus.Signaled signaled) {
      return SIGNALED + signaled.signal();
    }
    throw ((ExitStatus.Lost) status).cause();
  }
}

package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import picocli.CommandLine.ParameterException;

/** The {@code virt-sandbox} command: runs one program in a sandbox and exits as it does. */
public final class VirtSandbox {
  private static final int TIMED_OUT = 124;
  private static final int FAILED = 125;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int SIGNALED = 128;

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
    try {
      Options options = Options.parse(Arguments.typed(arguments));
      return options.answer(out) ? 0 : run(options, err);
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

  /** In one line: scripts and people take each line for a failure. */
  private static void complain(PrintWriter err, RuntimeException e) {
    StringBuilder line = new StringBuilder("virt-sandbox: ").append(e.getMessage());
    for (Throwable left : e.getSuppressed()) {
      line.append("; moreover: ").append(left.getMessage());
    }
    err.println(line);
  }

  private static int run(Options options, PrintWriter err) {
    if (options.verbose()) {
      Progress.showOn(err);
    }
    InteractiveConfig config = options.config();
    try (LocalLibvirt libvirt = LocalLibvirt.open(options.uri());
        InteractiveContext sandbox = InteractiveContext.start(libvirt.connection(), config)) {
      Optional<ExitStatus> status = new Run(sandbox.console()).await(options.timeout());
      libvirt.leave();
      return status.map(VirtSandbox::code).orElse(TIMED_OUT);
    }
  }

  private static int code(ExitStatus status) {
    if (status instanceof ExitStatus.Exited exited) {
      return exited.code();
    }
    if (status instanceof ExitStatus.Signaled signaled) {
      return SIGNALED + signaled.signal();
    }
    throw ((ExitStatus.Lost) status).cause();
  }
}

package org.libvirt.sandbox.examples;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.LocalTerminal;
import org.libvirt.sandbox.ProcessEnd;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.context.StartOptions;
import picocli.CommandLine.ParameterException;

/** The {@code virt-sandbox} command: runs one program in a sandbox and exits as it does. */
public final class VirtSandbox {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private static final int TIMED_OUT = 124;
  private static final int FAILED = 125;
  private static final int NOT_EXECUTABLE = 126;
  private static final int NOT_FOUND = 127;
  private static final int SIGNALED = 128;
  private static final int KILLED = SIGNALED + 9;

  private VirtSandbox() {}

  /**
   * Runs the command line and exits.
   *
   * @param arguments options, command and its arguments; or attach, list, clean, and its options
   */
  public static void main(String[] arguments) {
    Progress.replaceJavaLogging();
    int status =
        run(
            arguments,
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    if (Boolean.getBoolean("virt-sandbox.training")) {
      // only an orderly end leaves a class archive
      System.exit(status);
    }
    // whatever is still copied from standard input holds nobody up
    ProcessEnd.exit(status);
  }

  private static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    return attempt(
        () -> {
          List<String> typed = List.of(Arguments.typed(arguments));
          // a program of that name stands behind --
          return switch (typed.isEmpty() ? "" : typed.get(0)) {
            case Attach.NAME -> run(new Attach(), typed, out);
            case Listing.NAME -> run(new Listing(), typed, out);
            case Cleaning.NAME -> run(new Cleaning(), typed, out);
            default -> {
              LocalLibvirt.warmUp();
              yield run(Options.parse(typed.toArray(String[]::new)), out, err);
            }
          };
        },
        err);
  }

  private static int run(Subcommand command, List<String> typed, PrintWriter out) {
    return command.run(typed.subList(1, typed.size()), out);
  }

  /** The status of a command, or else, after a line on its failure, that of the failure. */
  static int attempt(IntSupplier command, PrintWriter err) {
    try {
      return command.getAsInt();
    } catch (ProgramNotStartedException e) {
      complain(err, message(e));
      return e.isNotFound() ? NOT_FOUND : e.isExecFailure() ? NOT_EXECUTABLE : FAILED;
    } catch (ParameterException e) {
      complain(
          err,
          "%s; '%s --help' lists the options"
              .formatted(e.getMessage(), e.getCommandLine().getCommandName()));
      return FAILED;
    } catch (SandboxException | IllegalArgumentException e) {
      complain(err, message(e));
      return FAILED;
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "unforeseen", e);
      complain(err, message(e));
      return FAILED;
    } catch (LinkageError e) {
      LOG.log(Level.DEBUG, "unforeseen", e);
      // the others only tell of a class that has failed before
      complain(err, "cannot load what it needs: " + reason(root(e)));
      return FAILED;
    } catch (OutOfMemoryError e) {
      LOG.log(Level.DEBUG, "unforeseen", e);
      // a file of options without an end, /dev/zero for one
      complain(err, "not enough memory for what is asked: " + e.getMessage());
      return FAILED;
    }
  }

  /** In one line: scripts and people take each line for a failure. */
  private static void complain(PrintWriter err, String message) {
    err.println("virt-sandbox: " + OneLine.of(message));
  }

  private static String message(Throwable e) {
    StringBuilder message =
        new StringBuilder(e.getMessage() == null ? e.toString() : e.getMessage());
    for (Throwable left : e.getSuppressed()) {
      message.append("; moreover: ").append(left.getMessage());
    }
    return message.toString();
  }

  /** Without what the JVM puts around the message of a class that has failed before. */
  private static String reason(Throwable root) {
    return message(root).replaceFirst("(?s)^Exception [\\w.]+: (.*) \\[in thread .*\\]$", "$1");
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  private static int run(Options options, PrintWriter out, PrintWriter err) {
    if (options.answer(out)) {
      return 0;
    }
    showProgress(options, err);
    InteractiveConfig config = options.config();
    try (LocalLibvirt libvirt = LocalLibvirt.open(options.uri(), notice -> complain(err, notice))) {
      boolean tty = options.wantsTerminal(() -> LocalTerminal.isAt(0) && LocalTerminal.isAt(1));
      End end =
          tty
              ? runOnTerminal(options, TerminalVariables.ofCaller().addTo(config), libvirt)
              : runOnPipes(options, config, libvirt);
      end.limits()
          .forEach(limit -> complain(err, LimitNotice.of(limit, config.resources(), end.time())));
      return end.code();
    }
  }

  /**
   * How a run ended.
   *
   * @param status how the program did; empty where its time was over
   * @param limits what the sandbox has run into
   * @param time how long the program might run, nothing where that was not said
   */
  private record End(Optional<ExitStatus> status, Set<SandboxLimit> limits, Duration time) {
    static End of(
        InteractiveContext sandbox, Optional<ExitStatus> status, @Nullable Duration time) {
      Set<SandboxLimit> limits = EnumSet.noneOf(SandboxLimit.class);
      limits.addAll(sandbox.limitsReached());
      if (status.isEmpty()) {
        limits.add(SandboxLimit.TIME);
      }
      return new End(status, limits, time == null ? Duration.ZERO : time);
    }

    /** A program that ended by itself just when it was to be killed has not done its work. */
    int code() {
      int code = status.map(VirtSandbox::code).orElse(TIMED_OUT);
      boolean isCutShort =
          limits.contains(SandboxLimit.OUTPUT) || limits.contains(SandboxLimit.CPU_TIME);
      return code == 0 && isCutShort ? KILLED : code;
    }
  }

  private static void showProgress(Options options, PrintWriter err) {
    if (options.debug()) {
      Progress.showOn(err, Level.TRACE);
      System.setProperty("org.libvirt.sandbox.libvirtStderr", "true");
    } else if (options.verbose()) {
      Progress.showOn(err, Level.DEBUG);
    } else {
      Progress.showWaitsOn(err, () -> LocalTerminal.isAt(2));
    }
  }

  private static End runOnPipes(Options options, InteractiveConfig config, LocalLibvirt libvirt) {
    try (InteractiveContext sandbox = InteractiveContext.start(libvirt.connection(), config)) {
      showLog(sandbox, config);
      Optional<ExitStatus> status = new Run(sandbox.console(), null).await(options.timeout());
      End end = End.of(sandbox, status, options.timeout());
      libvirt.leave(config);
      return end;
    }
  }

  /** Nobody types there, and the log ends with the sandbox. */
  private static void showLog(InteractiveContext sandbox, InteractiveConfig config) {
    if (config.isDebug()) {
      OutputStream err = new FileOutputStream(FileDescriptor.err);
      sandbox.logConsole().attach(null, err, err);
    }
  }

  private static End runOnTerminal(
      Options options, InteractiveConfig config, LocalLibvirt libvirt) {
    try (InteractiveContext sandbox =
            InteractiveContext.start(
                libvirt.connection(),
                config.toBuilder().tty(true).build(),
                StartOptions.builder().terminalSize(JoinedTerminal.sizeForProgram()).build());
        JoinedTerminal terminal = JoinedTerminal.ofCaller(sandbox.console(), libvirt)) {
      showLog(sandbox, config);
      EscapeCharacter escape = terminal == null ? null : options.escape();
      Optional<ExitStatus> status = new Run(sandbox.console(), escape).await(options.timeout());
      End end = End.of(sandbox, status, options.timeout());
      libvirt.leave(config);
      return end;
    }
  }

  /** As a shell has it. */
  static int code(ExitStatus status) {
    if (status instanceof ExitStatus.Exited exited) {
      return exited.code();
    }
    if (status instanceof ExitStatus.Signaled signaled) {
      return SIGNALED + signaled.signal();
    }
    throw ((ExitStatus.Lost) status).cause();
  }
}

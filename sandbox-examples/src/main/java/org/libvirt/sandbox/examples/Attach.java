package org.libvirt.sandbox.examples;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.console.Attachment;
import org.libvirt.sandbox.console.RawConsole;
import org.libvirt.sandbox.context.AttachedContext;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code virt-sandbox attach} asks for: the shell beside a sandbox's program. */
@Command(
    name = "virt-sandbox attach",
    sortOptions = false,
    customSynopsis = "virt-sandbox attach [OPTION...] NAME",
    description = {
      "Joins this terminal, or standard input and output, to the shell of the sandbox that is"
          + " called NAME, or has this UUID. It was started with --shell, and goes on afterwards.",
      ""
    },
    footer = {
      "",
      "Exit status: that of the shell; 0 after the escape character, which leaves the shell as it"
          + " is; 125 if virt-sandbox itself failed."
    })
final class Attach {
  static final String NAME = "attach";

  @Option(
      names = "--escape",
      paramLabel = "^CHARACTER",
      converter = EscapeCharacter.Converter.class,
      description =
          "what leaves the shell when it is typed at a terminal, or none; default: ^], which is"
              + " Ctrl-]")
  private EscapeCharacter.Choice escape = EscapeCharacter.USUAL;

  @Option(
      names = {"-h", "-?", "--help"},
      help = true,
      preprocessor = Flag.LastWord.class,
      description = "show this and exit")
  private boolean help;

  @Parameters(paramLabel = "NAME", hidden = true)
  private String name = "";

  private Attach() {}

  /** What it has for options, for those who document them. */
  static CommandLine commandLine() {
    return new CommandLine(new Attach()).setExpandAtFiles(false);
  }

  /**
   * Does it, and returns when the shell has ended or was left.
   *
   * @return the exit status
   * @throws SandboxException if there is no such sandbox or no such shell, or it is lost
   */
  static int run(List<String> arguments, PrintWriter out) {
    CommandLine line = commandLine();
    line.parseArgs(arguments.toArray(String[]::new));
    Attach asked = line.getCommand();
    if (asked.help) {
      line.usage(out);
      out.flush();
      return 0;
    }
    return asked.run().map(VirtSandbox::code).orElse(0);
  }

  /** Empty if the shell was left. */
  private Optional<ExitStatus> run() {
    try (AttachedContext sandbox = AttachedContext.attach(name);
        RawConsole shell = sandbox.shellConsole();
        JoinedTerminal terminal = JoinedTerminal.ofCaller(shell)) {
      return join(shell, terminal == null ? null : escape.character());
    }
  }

  private static Optional<ExitStatus> join(RawConsole shell, @Nullable EscapeCharacter escape) {
    CompletableFuture<Optional<ExitStatus>> left = new CompletableFuture<>();
    InputStream in = new FileInputStream(FileDescriptor.in);
    if (escape != null) {
      in = new EscapedInput(in, escape, () -> left.complete(Optional.empty()));
    }
    try (Attachment attachment =
        shell.attach(
            in,
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err))) {
      return attachment
          .written()
          .thenCombine(shell.exited(), (nothing, status) -> Optional.of(status))
          .applyToEither(left, end -> end)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SandboxException failure) {
        throw failure;
      }
      throw e;
    }
  }
}

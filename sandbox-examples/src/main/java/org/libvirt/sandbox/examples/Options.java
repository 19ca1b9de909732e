package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.config.InteractiveConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What a command line of {@code virt-sandbox} asks for. */
@Command(
    name = "virt-sandbox",
    versionProvider = Version.class,
    sortOptions = false,
    customSynopsis = {
      "virt-sandbox [OPTION...] [--] COMMAND [ARGUMENT...]",
      "       virt-sandbox list | clean [OPTION...]",
      "       virt-sandbox attach [OPTION...] NAME"
    },
    description =
        "Runs COMMAND in a sandbox on this host's files, which it can read but not change.",
    footer = {
      "",
      "Options end where COMMAND begins: what follows is COMMAND's. A COMMAND that begins with -, or"
          + " is called list, clean or attach, stands behind --.",
      "",
      "Exit status: that of COMMAND; 128+n if signal n ended it; 124 after --timeout; 125 if"
          + " virt-sandbox itself failed; 126 if COMMAND cannot be executed; 127 if it is not found."
    })
final class Options {
  @Option(
      names = {"-c", "--connect"},
      order = 1,
      paramLabel = "URI",
      description =
          "libvirt connection; default: $LIBVIRT_DEFAULT_URI, else lxc:///. Where no daemon serves"
              + " a local one, a private daemon is started")
  private @Nullable String connect;

  @Option(
      names = {"-n", "--name"},
      order = 2,
      paramLabel = "NAME",
      description = "name of the sandbox; default: sandbox- and eight hexadecimal digits")
  private @Nullable String name;

  @Option(
      names = {"-t", "--tty"},
      order = 20,
      preprocessor = Flag.class,
      description =
          "give COMMAND a terminal; default: where standard input and output both are terminals")
  private boolean tty;

  @Option(
      names = {"-T", "--no-tty"},
      order = 21,
      preprocessor = Flag.class,
      description = "give COMMAND no terminal")
  private boolean noTty;

  @Option(
      names = "--escape",
      order = 22,
      paramLabel = "^CHARACTER",
      converter = EscapeCharacter.Converter.class,
      description =
          "what ends the run when it is typed at a terminal, or none; default: ^], which is Ctrl-]")
  private EscapeCharacter.Choice escape = EscapeCharacter.USUAL;

  @Option(
      names = {"-l", "--shell"},
      order = 23,
      preprocessor = Flag.class,
      description =
          "run a shell of root's beside COMMAND, for 'virt-sandbox attach' from another terminal")
  private boolean shell;

  @Option(
      names = "--timeout",
      order = 24,
      paramLabel = "TIME",
      converter = TimeLimit.class,
      description =
          "after TIME (seconds, or with s, m, h or d) send SIGTERM, a second later SIGKILL")
  private @Nullable Duration timeout;

  @Option(
      names = {"-v", "--verbose"},
      order = 28,
      preprocessor = Flag.class,
      description = "tell the stages of start and end on standard error")
  private boolean verbose;

  @Option(
      names = {"-d", "--debug"},
      order = 29,
      preprocessor = Flag.class,
      description = "tell all that can be told, also of what is inside and of libvirt")
  private boolean debug;

  @Option(
      names = {"-h", "-?", "--help", "--help-all"},
      order = 30,
      preprocessor = Flag.LastWord.class,
      description = "show this and exit")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      order = 31,
      preprocessor = Flag.LastWord.class,
      description = "show the version and exit")
  private boolean version;

  @Mixin private ConfigOptions seen = new ConfigOptions();
  @Mixin private ProgramOptions program = new ProgramOptions();
  @Mixin private EnvironmentOptions environment = new EnvironmentOptions();
  @Mixin private HardeningOptions hardening = new HardeningOptions();

  @Mixin private ResourceOptions limits = new ResourceOptions();

  @Parameters(paramLabel = "COMMAND", hidden = true)
  private List<String> command = List.of();

  private final CommandLine line =
      new CommandLine(this)
          // an argument of the sandboxed program is that program's: @FILE, too
          .setExpandAtFiles(false)
          // and so is an option behind its name
          .setStopAtPositional(true)
          .setAllowOptionsAsOptionParameters(true)
          .setOverwrittenOptionsAllowed(true);

  private Options() {}

  /** What there are for options, for those who document them. */
  static CommandLine commandLine() {
    return new Options().line;
  }

  /**
   * Reads a command line.
   *
   * @throws ParameterException if an option is unknown or has no right value, or if there is no
   *     command; not where help or the version is asked for before
   */
  static Options parse(String... arguments) {
    Options options = new Options();
    options.line.parseArgs(arguments);
    if (options.command.isEmpty() && !options.help && !options.version) {
      throw new ParameterException(
          options.line, "no command is given; write it behind the options");
    }
    if (options.tty && options.noTty) {
      throw new ParameterException(
          options.line, "options '--tty' and '--no-tty' exclude each other; leave out one");
    }
    try {
      options.program.check();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(options.line, e.getMessage(), e);
    }
    return options;
  }

  /** Prints what was asked for instead of a run, and is true if anything was. */
  boolean answer(PrintWriter out) {
    if (help) {
      Example.addTo(line.getCommandSpec());
      line.usage(out);
    } else if (version) {
      line.printVersionHelp(out);
    }
    out.flush();
    return help || version;
  }

  /**
   * The libvirt connection.
   *
   * @throws IllegalArgumentException if it is one that cannot be had
   */
  ConnectionUri uri() {
    return ConnectionUri.of(connect);
  }

  /** How long the program may run; null: as long as it likes. */
  @Nullable Duration timeout() {
    return timeout;
  }

  /**
   * Whether the program is to have a terminal.
   *
   * @param usual what is right where the user does not say
   */
  boolean wantsTerminal(BooleanSupplier usual) {
    return tty || (!noTty && usual.getAsBoolean());
  }

  /** What ends the run when it is typed; null: nothing does. */
  @Nullable EscapeCharacter escape() {
    return escape.character();
  }

  /** Whether the stages of the run are told. */
  boolean verbose() {
    return verbose || debug;
  }

  /** Whether all that can be told is told, which is more than {@link #verbose()}. */
  boolean debug() {
    return debug;
  }

  /**
   * The sandbox that is asked for.
   *
   * @throws IllegalArgumentException if its name cannot be one, or an option has no right value
   */
  InteractiveConfig config() {
    InteractiveConfig.Builder config =
        InteractiveConfig.builder()
            .command(command)
            .shell(shell)
            .verbose(verbose || debug)
            .debug(debug);
    OptionValue.one("--name", name, config::name);
    seen.describe(config);
    program.describe(config);
    environment.describe(config);
    hardening.describe(config);
    limits.describe(config);
    return config.build();
  }
}

package org.libvirt.sandbox.examples;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.config.InteractiveConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** What a command line of {@code virt-sandbox} asks for. */
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
      "Exit status: that of COMMAND; 128+n if signal n ended it; 124 after --timeout; 125 if"
          + " virt-sandbox itself failed; 126 if COMMAND cannot be executed; 127 if it is not found."
    })
final class Options {
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
      preprocessor = Flag.class,
      description = "run as root inside, with a container's usual capabilities")
  private boolean privileged;

  @Option(
      names = {"-t", "--tty"},
      preprocessor = Flag.class,
      description =
          "give COMMAND a terminal; default: where standard input and output both are terminals")
  private boolean tty;

  @Option(
      names = {"-T", "--no-tty"},
      preprocessor = Flag.class,
      description = "give COMMAND no terminal")
  private boolean noTty;

  @Option(
      names = "--escape",
      paramLabel = "^CHARACTER",
      converter = EscapeCharacter.Converter.class,
      description =
          "what ends the run when it is typed at a terminal, or none; default: ^], which is Ctrl-]")
  private EscapeCharacter.Choice escape = EscapeCharacter.USUAL;

  @Option(
      names = {"-l", "--shell"},
      preprocessor = Flag.class,
      description =
          "run a shell of root's beside COMMAND, for 'virt-sandbox attach' from another terminal")
  private boolean shell;

  @Mixin private ConfigOptions described = new ConfigOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = TimeLimit.class,
      description =
          "after TIME (seconds, or with s, m, h or d) send SIGTERM, a second later SIGKILL")
  private @Nullable Duration timeout;

  @Option(
      names = {"-v", "--verbose"},
      preprocessor = Flag.class,
      description = "tell the stages of start and end on standard error")
  private boolean verbose;

  @Option(
      names = {"-d", "--debug"},
      preprocessor = Flag.class,
      description = "tell all that can be told, also of what is inside")
  private boolean debug;

  @Option(
      names = {"-h", "-?", "--help"},
      preprocessor = LastWord.class,
      description = "show this and exit")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      preprocessor = LastWord.class,
      description = "show the version and exit")
  private boolean version;

  @Parameters(paramLabel = "COMMAND", hidden = true)
  private List<String> command = List.of();

  private final CommandLine line =
      new CommandLine(this)
          // an argument of the sandboxed program is that program's: @FILE, too
          .setExpandAtFiles(false)
          .setAllowOptionsAsOptionParameters(true)
          .setOverwrittenOptionsAllowed(true);

  private Options() {}

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
    return options;
  }

  /** Prints what was asked for instead of a run, and is true if anything was. */
  boolean answer(PrintWriter out) {
    if (help) {
      line.usage(out);
    } else if (version) {
      line.printVersionHelp(out);
    }
    out.flush();
    return help || version;
  }

  /** The libvirt connection URI; null if none is given. */
  @Nullable String uri() {
    return connect;
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

  boolean verbose() {
    return verbose || debug;
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
            .privileged(privileged)
            .shell(shell)
            .verbose(verbose || debug)
            .debug(debug);
    if (name != null) {
      config.name(name);
    }
    described.describe(config);
    return config.build();
  }

  /** An option that is on or off; picocli would take {@code --verbose=false} as well. */
  private static class Flag implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> rest, CommandSpec command, ArgSpec option, Map<String, Object> form) {
      if ("=".equals(form.get("separator"))) {
        throw new ParameterException(
            command.commandLine(),
            "option '" + ((OptionSpec) option).longestName() + "' takes no value");
      }
      return false;
    }
  }

  /** A flag behind which nothing is read any more. */
  private static final class LastWord extends Flag {
    @Override
    public boolean preprocess(
        Stack<String> rest, CommandSpec command, ArgSpec option, Map<String, Object> form) {
      super.preprocess(rest, command, option, form);
      rest.clear();
      return false;
    }
  }
}

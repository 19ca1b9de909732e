package org.libvirt.sandbox.examples;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.config.InteractiveConfig;
import picocli.CommandLine.Option;

/** The options of a command line for who the program runs as, and where. */
final class ProgramOptions {
  @Option(
      names = {"-p", "--privileged"},
      order = 11,
      preprocessor = Flag.class,
      description =
          "run as root inside, with a container's usual capabilities: any file's owner and"
              + " permissions, other users, its own network. Not over the host: no mounts, modules,"
              + " devices, clock, keys, BPF or performance events, and the same files are hidden")
  private boolean privileged;

  @Option(
      names = {"-S", "--switchto"},
      order = 12,
      paramLabel = "USER",
      description = "run as that user of this host, with the user's groups and home directory")
  private @Nullable String switchTo;

  @Option(
      names = {"-u", "--user"},
      order = 13,
      paramLabel = "UID|NAME[:GID|:GROUP]",
      description =
          "the same by name or number, in another group if one is given; a UID that this host does"
              + " not know has the group of the same number")
  private @Nullable String user;

  @Option(
      names = {"-w", "--workdir"},
      order = 14,
      paramLabel = "DIR",
      description =
          "directory inside that COMMAND starts in; default: the home directory, or / where that"
              + " cannot be entered")
  private @Nullable String directory;

  @Option(
      names = "--hostname",
      order = 15,
      paramLabel = "NAME",
      description = "host name inside; default: made of the sandbox's name")
  private @Nullable String hostName;

  /**
   * Refuses options that contradict each other.
   *
   * @throws IllegalArgumentException if there are two
   */
  void check() {
    if (switchTo != null) {
      Stream.of(privileged ? "--privileged" : "", user == null ? "" : "--user")
          .filter(other -> !other.isEmpty())
          .findFirst()
          .ifPresent(
              other -> {
                throw new IllegalArgumentException(
                    "options '--switchto' and '%s' exclude each other; leave out one"
                        .formatted(other));
              });
    }
  }

  /**
   * Puts everything into a config.
   *
   * @throws IllegalArgumentException if something is wrong; its message names the option
   */
  void describe(InteractiveConfig.Builder config) {
    config.privileged(privileged);
    OptionValue.one("--switchto", switchTo, name -> config.identity(HostUser.named(name)));
    OptionValue.one("--user", user, text -> config.identity(HostUser.parse(text)));
    OptionValue.one("--workdir", directory, config::directory);
    OptionValue.one("--hostname", hostName, config::hostName);
  }
}

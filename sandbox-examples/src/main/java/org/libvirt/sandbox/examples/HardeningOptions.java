package org.libvirt.sandbox.examples;

import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.config.Hardening;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.SystemCallFilter;
import picocli.CommandLine.Option;

/** The options of a command line for how closely the program is kept. */
final class HardeningOptions {
  @Option(
      names = "--seccomp",
      order = 15,
      paramLabel = "FILTER",
      description =
          "system calls that COMMAND can make: default or unconfined, +NAME to allow one that the"
              + " default refuses, -NAME to refuse another, separated by commas;"
              + " --seccomp default,+unshare,+clone allows namespaces inside")
  private @Nullable String filter;

  @Option(
      names = "--show-secrets",
      order = 15,
      preprocessor = Flag.class,
      description =
          "do not hide what only the host's root needs, /etc/shadow, host keys and /root among it;"
              + " what a mount or --workdir names is seen anyway")
  private boolean showSecrets;

  /**
   * Puts everything into a config.
   *
   * @throws IllegalArgumentException if something is wrong; its message names the option
   */
  void describe(InteractiveConfig.Builder config) {
    Hardening hardening =
        showSecrets ? Hardening.standard().showingSecrets() : Hardening.standard();
    config.hardening(hardening);
    OptionValue.one(
        "--seccomp",
        filter,
        text -> config.hardening(hardening.withSystemCalls(SystemCallFilter.parse(text))));
  }
}

package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/** An embedded daemon for the machines of a class's tests. */
final class Daemon implements BeforeAllCallback, AfterAllCallback {
  private @Nullable EmbeddedLibvirt libvirt;
  private @Nullable SandboxConnection connection;

  @Override
  public void beforeAll(ExtensionContext context) {
    libvirt = EmbeddedLibvirt.startFor("qemu");
    connection = SandboxConnection.open(libvirt.uri("qemu"));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    try {
      if (connection != null) {
        connection.close();
      }
    } finally {
      if (libvirt != null) {
        libvirt.close();
      }
    }
  }

  SandboxConnection connection() {
    return requireNonNull(connection, "the daemon is up while a test runs");
  }

  /** Starts a machine, which the caller closes. */
  InteractiveContext start(InteractiveConfig config) {
    return InteractiveContext.start(connection(), config);
  }

  /** Runs a program to its end, whose input is given, and ends its machine. */
  Outcome run(InteractiveConfig config, String input) throws Exception {
    try (InteractiveContext sandbox = start(config)) {
      return Outcome.of(sandbox.console(), input);
    }
  }

  Outcome run(InteractiveConfig config) throws Exception {
    return run(config, "");
  }

  /** A config that runs a shell's script. */
  static InteractiveConfig.Builder script(String script) {
    return InteractiveConfig.builder().command("/bin/sh", "-c", script);
  }
}

package org.libvirt.sandbox.builder.lxc;

import static java.util.Objects.requireNonNull;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;
import org.libvirt.sandbox.context.StartOptions;

/**
 * An embedded daemon for the tests of a class, and the sandboxes on it, which end with their test.
 */
final class Daemon implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private final Deque<InteractiveContext> sandboxes = new ConcurrentLinkedDeque<>();
  private final Supplier<EmbeddedLibvirt> beginning;
  private @Nullable EmbeddedLibvirt libvirt;
  private @Nullable SandboxConnection connection;
  private StartOptions options = StartOptions.DEFAULT;

  Daemon() {
    this(EmbeddedLibvirt::start);
  }

  private Daemon(Supplier<EmbeddedLibvirt> beginning) {
    this.beginning = beginning;
  }

  static Daemon withPrivateNetwork() {
    return new Daemon(EmbeddedLibvirt::startWithPrivateNetwork);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    libvirt = beginning.get();
    connection = connect();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    closeSandboxes();
  }

  /** Closes what is open. */
  void closeSandboxes() {
    while (!sandboxes.isEmpty()) {
      sandboxes.pop().close();
    }
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

  /** Has the sandboxes that are started from now on take a channel of this kind. */
  void use(ChannelKind channel) {
    options = StartOptions.builder().channel(channel).build();
  }

  /** How sandboxes are started. */
  StartOptions options() {
    return options;
  }

  SandboxConnection connection() {
    return requireNonNull(connection, "the daemon is up while a test runs");
  }

  /** A connection of its own. */
  SandboxConnection connect() {
    return SandboxConnection.open(libvirt().uri("lxc"));
  }

  EmbeddedLibvirt libvirt() {
    return requireNonNull(libvirt, "the daemon is up while a test runs");
  }

  Traces traces() {
    return Traces.of(libvirt());
  }

  /** Starts a sandbox that is closed when the test is over, if not before. */
  InteractiveContext start(InteractiveConfig config) {
    InteractiveContext sandbox = InteractiveContext.start(connection(), config, options);
    sandboxes.push(sandbox);
    return sandbox;
  }

  InteractiveContext start(String... command) {
    return start(InteractiveConfig.builder().command(command).build());
  }

  /** Runs a program without input to its end and closes its sandbox. */
  Outcome run(InteractiveConfig config) throws Exception {
    try (InteractiveContext sandbox = InteractiveContext.start(connection(), config, options)) {
      return Outcome.of(sandbox.console());
    }
  }

  Outcome run(String... command) throws Exception {
    return run(InteractiveConfig.builder().command(command).build());
  }

  /** A config that runs a shell's script. */
  static InteractiveConfig.Builder script(String script) {
    return InteractiveConfig.builder().command("/bin/sh", "-c", script);
  }

  /** Runs a shell's script without input to its end. */
  Outcome sh(String script) throws Exception {
    return run("/bin/sh", "-c", script);
  }
}

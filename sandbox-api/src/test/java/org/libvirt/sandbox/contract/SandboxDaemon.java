package org.libvirt.sandbox.contract;

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
 * Each builder's tests have one that is of their backend.
 */
public abstract class SandboxDaemon
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  private final Deque<InteractiveContext> sandboxes = new ConcurrentLinkedDeque<>();
  private final Backend backend;
  private final Supplier<EmbeddedLibvirt> beginning;
  private @Nullable EmbeddedLibvirt libvirt;
  private @Nullable SandboxConnection connection;
  private StartOptions options = StartOptions.DEFAULT;

  protected SandboxDaemon(Backend backend, Supplier<EmbeddedLibvirt> beginning) {
    this.backend = backend;
    this.beginning = beginning;
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
  public void closeSandboxes() {
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
  public void use(ChannelKind channel) {
    options = StartOptions.builder().channel(channel).build();
  }

  /** How sandboxes are started. */
  public StartOptions options() {
    return options;
  }

  public SandboxConnection connection() {
    return requireNonNull(connection, "the daemon is up while a test runs");
  }

  /** A connection of its own. */
  public SandboxConnection connect() {
    return SandboxConnection.open(uriAt(libvirt()));
  }

  public Backend backend() {
    return backend;
  }

  /** One more daemon of the same kind, which the caller closes. */
  EmbeddedLibvirt another() {
    return beginning.get();
  }

  /** Where sandboxes of this backend are had from a daemon. */
  String uriAt(EmbeddedLibvirt daemon) {
    return daemon.uri(backend.driver());
  }

  public EmbeddedLibvirt libvirt() {
    return requireNonNull(libvirt, "the daemon is up while a test runs");
  }

  public Traces traces() {
    return Traces.of(libvirt());
  }

  /** Starts a sandbox that is closed when the test is over, if not before. */
  public InteractiveContext start(InteractiveConfig config) {
    InteractiveContext sandbox = InteractiveContext.start(connection(), config, options);
    sandboxes.push(sandbox);
    return sandbox;
  }

  public InteractiveContext start(String... command) {
    return start(InteractiveConfig.builder().command(command).build());
  }

  /** Runs a program without input to its end and closes its sandbox. */
  public Outcome run(InteractiveConfig config) throws Exception {
    return run(config, "");
  }

  /** Runs a program with this input to its end and closes its sandbox. */
  public Outcome run(InteractiveConfig config, String input) throws Exception {
    try (InteractiveContext sandbox = InteractiveContext.start(connection(), config, options)) {
      return Outcome.of(sandbox.console(), input);
    }
  }

  public Outcome run(String... command) throws Exception {
    return run(InteractiveConfig.builder().command(command).build());
  }

  /** A config that runs a shell's script. */
  public static InteractiveConfig.Builder script(String script) {
    return InteractiveConfig.builder().command("/bin/sh", "-c", script);
  }

  /** Runs a shell's script without input to its end. */
  public Outcome sh(String script) throws Exception {
    return run("/bin/sh", "-c", script);
  }
}

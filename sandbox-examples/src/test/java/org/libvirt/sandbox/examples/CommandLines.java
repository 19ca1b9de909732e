package org.libvirt.sandbox.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.libvirt.Connect;
import org.libvirt.LibvirtException;
import org.libvirt.sandbox.EmbeddedLibvirt;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.Identity;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * Command lines of virt-sandbox without a process each: read, started and reported by its own code,
 * on one embedded daemon for the tests of a class, which has a network namespace of its own. What a
 * command line says of the connection is not asked, and {@code --tty} alone makes a terminal.
 */
final class CommandLines implements CheckedPlace {
  private static final int SIGNALED = 128;

  private final String driver;
  private @Nullable EmbeddedLibvirt libvirt;
  private @Nullable SandboxConnection connection;

  private CommandLines(String driver) {
    this.driver = driver;
  }

  static CommandLines inContainers() {
    return new CommandLines("lxc");
  }

  static CommandLines inMachines() {
    return new CommandLines("qemu");
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    libvirt = EmbeddedLibvirt.startWithPrivateNetwork();
    connection = SandboxConnection.open(libvirt.uri(driver));
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

  /** What a user of libvirt itself does to the daemon. */
  interface Step {
    void on(Connect libvirt) throws LibvirtException;
  }

  void libvirt(Step step) throws LibvirtException {
    var connect =
        new Connect(requireNonNull(libvirt, "the daemon is up while a test runs").uri(driver));
    try {
      step.on(connect);
    } finally {
      connect.close();
    }
  }

  @Override
  public Ran run(byte[] input, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status =
        VirtSandbox.attempt(
            () -> {
              Options options = Options.parse(arguments);
              return options.answer(new PrintWriter(out, true, UTF_8))
                  ? 0
                  : run(configOf(options), input, out, err);
            },
            new PrintWriter(err, true, UTF_8));
    return Ran.of(status, out.toByteArray(), err.toByteArray());
  }

  @Override
  public Identity caller() {
    return Identity.ROOT;
  }

  /** It is root's. */
  @Override
  public void give(Path path) {}

  /** Runs what no options can say, with empty input. */
  Ran run(InteractiveConfig config) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status = run(config, new byte[0], out, err);
    return Ran.of(status, out.toByteArray(), err.toByteArray());
  }

  private static InteractiveConfig configOf(Options options) {
    return options.config().toBuilder().tty(options.wantsTerminal(() -> false)).build();
  }

  private int run(InteractiveConfig config, byte[] input, OutputStream out, OutputStream err) {
    try (var sandbox = InteractiveContext.start(connection(), config)) {
      var console = sandbox.console();
      var typing = inBackground(() -> write(input, console.stdin()));
      var outputs =
          CompletableFuture.allOf(
              inBackground(() -> copy(console.stdout(), out)),
              inBackground(() -> copy(console.stderr(), err)));
      ExitStatus status =
          console
              .exited()
              .thenCombine(outputs, (end, nothing) -> end)
              .orTimeout(Shell.LIMIT.toSeconds(), TimeUnit.SECONDS)
              .join();
      // that a program left some of it unread is for the program to say
      typing.cancel(false);
      return code(status);
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

  /** A copy that may take bytes or fail. */
  private interface Copy {
    void run() throws IOException;
  }

  /** In a thread of its own: those of the common pool are too few for copies that wait. */
  private static CompletableFuture<Void> inBackground(Copy copy) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            copy.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> {
          Thread thread = new Thread(task, "test-copy");
          thread.setDaemon(true);
          thread.start();
        });
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    try (from) {
      from.transferTo(to);
    }
  }

  private static void write(byte[] input, OutputStream to) throws IOException {
    try (to) {
      to.write(input);
    }
  }
}

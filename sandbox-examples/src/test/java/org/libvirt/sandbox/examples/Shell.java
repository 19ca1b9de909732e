package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A user's shell with virt-sandbox on its PATH: what stands in a test is what a user would type.
 * Its input is kept open until {@link #endInput()}.
 */
final class Shell implements AutoCloseable {
  /** For a machine that has much else to do. */
  static final Duration LIMIT = Duration.ofMinutes(3);

  private final Process process;
  private final CompletableFuture<byte[]> out;
  private final CompletableFuture<byte[]> err;

  private Shell(Process process) {
    this.process = process;
    out = CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
    err = CompletableFuture.supplyAsync(() -> readAll(process.getErrorStream()));
  }

  /**
   * What a script leaves.
   *
   * @param status the shell's exit status
   * @param out its output, each byte a character
   * @param err its error output
   */
  record Outcome(int status, String out, String err) {}

  /** Runs a script whose input is empty to its end. */
  static Outcome run(String script, String... arguments) {
    try (Shell shell = start(script, arguments)) {
      shell.endInput();
      return shell.await();
    }
  }

  /** Starts a script; its arguments are {@code $1} and so on. */
  static Shell start(String script, String... arguments) {
    Built.once();
    return launch(script, arguments);
  }

  private static Shell launch(String script, String... arguments) {
    var command = new ProcessBuilder("/bin/sh", "-c", script, "sh");
    command.command().addAll(List.of(arguments));
    var environment = command.environment();
    environment.put("PATH", Checkout.root().resolve("bin") + ":" + System.getenv("PATH"));
    // the command is to choose as it does for users
    environment.remove("JAVA_HOME");
    environment.remove("LIBVIRT_DEFAULT_URI");
    // the JVM tells of these on stderr
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.remove("_JAVA_OPTIONS");
    try {
      return new Shell(command.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The script's process; the command's own after {@code exec virt-sandbox}. */
  ProcessHandle process() {
    return process.toHandle();
  }

  void type(String text) {
    try {
      OutputStream in = process.getOutputStream();
      in.write(text.getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void endInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Outcome await() {
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("not ended after " + LIMIT + ": " + process.info());
      }
      return new Outcome(
          process.exitValue(),
          new String(out.join(), StandardCharsets.ISO_8859_1),
          new String(err.join(), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static byte[] readAll(InputStream in) {
    try (in) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what still runs: the end of the command is that of its daemon and sandbox. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** The command's first start, which builds where it has to, and says so. */
  private static final class Built {
    static {
      try (Shell shell = launch("virt-sandbox --version")) {
        shell.endInput();
        shell.await();
      }
    }

    static void once() {}
  }
}

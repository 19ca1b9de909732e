package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.console.RpcConsole;

/** What a program wrote that was given some input and its end, and how it ended. */
public record Outcome(ExitStatus status, String stdout, String stderr) {
  private static final long LIMIT_SECONDS = 120;

  /** Of a program without input. */
  public static Outcome of(RpcConsole console) throws Exception {
    return of(console, "");
  }

  public static Outcome of(RpcConsole console, String input) throws Exception {
    CompletableFuture<byte[]> stdout = reading(console.stdout());
    CompletableFuture<byte[]> stderr = reading(console.stderr());
    console.stdin().write(input.getBytes(UTF_8));
    console.stdin().close();
    ExitStatus status = console.exited().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return new Outcome(
        status,
        new String(stdout.get(LIMIT_SECONDS, TimeUnit.SECONDS), UTF_8),
        new String(stderr.get(LIMIT_SECONDS, TimeUnit.SECONDS), UTF_8));
  }

  /** Reads a stream to its end in another thread. */
  public static CompletableFuture<byte[]> reading(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> {
          Thread reader = new Thread(task, "test-reader");
          reader.setDaemon(true);
          reader.start();
        });
  }

  public List<String> lines() {
    return stdout.lines().toList();
  }
}

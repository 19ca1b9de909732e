package org.libvirt.sandbox.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.console.RpcConsole;

/** What somebody types at a program's terminal, and sees there. */
public final class Dialogue {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final RpcConsole console;
  private final AtomicReference<String> shown = new AtomicReference<>("");

  /** How much of it has been awaited. */
  private int seen;

  private volatile boolean ended;

  public Dialogue(RpcConsole console) {
    this.console = console;
    Thread reader = new Thread(this::read, "test-reader");
    reader.setDaemon(true);
    reader.start();
  }

  public void type(String text) throws IOException {
    console.stdin().write(text.getBytes(UTF_8));
    console.stdin().flush();
  }

  /** Waits until a text is shown behind all that was awaited before. */
  public void awaitText(String text) {
    await()
        .atMost(LIMIT)
        .failFast("the terminal has ended", () -> ended && shown.get().indexOf(text, seen) < 0)
        .untilAsserted(() -> assertThat(shown.get().substring(seen)).contains(text));
    seen = shown.get().indexOf(text, seen) + text.length();
  }

  /** All that the terminal has shown once the program has ended. */
  public String toEnd() throws Exception {
    status();
    await().atMost(LIMIT).until(() -> ended);
    return shown.get();
  }

  public ExitStatus status() throws Exception {
    return console.exited().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  private void read() {
    byte[] chunk = new byte[4096];
    try (InputStream stdout = console.stdout()) {
      for (int n = stdout.read(chunk); n >= 0; n = stdout.read(chunk)) {
        shown.accumulateAndGet(new String(chunk, 0, n, UTF_8), String::concat);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ended = true;
    }
  }
}

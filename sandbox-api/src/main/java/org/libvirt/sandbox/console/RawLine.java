package org.libvirt.sandbox.console;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.TerminalSize;

/**
 * A carrier of text and the two daemon threads that serve it: one that reads it, one that writes.
 */
final class RawLine {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final int LIMIT = 64 * 1024;
  private static final int CHUNK = 4096;
  private static final SecureRandom NUMBERS = new SecureRandom();

  private final Carrier carrier;
  private final boolean shell;
  private final ByteQueue shown = new ByteQueue(LIMIT);
  private final ByteQueue typed = new ByteQueue(LIMIT);
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<@Nullable TerminalSize> size = new AtomicReference<>();
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final CompletableFuture<ExitStatus> exited = new CompletableFuture<>();
  private final CompletableFuture<Optional<SandboxException>> closed = new CompletableFuture<>();

  /** What the guest answers to: an end that was told before is that of another's shell. */
  private final int number = NUMBERS.nextInt();

  private RawLine(Carrier carrier, boolean shell) {
    this.carrier = carrier;
    this.shell = shell;
  }

  static RawLine log(Carrier carrier) {
    RawLine line = new RawLine(carrier, false);
    line.run("-read", line::readLog);
    return line;
  }

  static RawLine shell(Carrier carrier) {
    RawLine line = new RawLine(carrier, true);
    line.run("-read", line::readShell);
    line.run("-write", line::write);
    return line;
  }

  boolean isShell() {
    return shell;
  }

  ByteQueue shown() {
    return shown;
  }

  ByteQueue typed() {
    return typed;
  }

  CompletableFuture<ExitStatus> exited() {
    return exited;
  }

  CompletableFuture<Optional<SandboxException>> closed() {
    return closed;
  }

  /** Has something done once, when the carrier is closed and before anybody is told of it. */
  void whenOver(Runnable undo) {
    released.thenRun(undo);
  }

  void resize(TerminalSize wanted) {
    if (shell) {
      size.set(wanted);
      typed.nudge();
    }
  }

  /** This side has enough of it. Whoever comes then finds the console free. */
  void leave() {
    var cause = new SandboxException("the console was closed");
    over(Optional.empty(), new ExitStatus.Lost(cause), new IOException("Stream closed"));
    shown.refuse(new IOException("Stream closed"));
    closed.join(); // the end may be under way in another thread
  }

  private void readLog() {
    byte[] bytes = new byte[CHUNK];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      for (int n = carrier.read(buffer); n >= 0; n = carrier.read(buffer.clear())) {
        shown.put(bytes, 0, n);
      }
      lose();
    } catch (IOException e) {
      broken(e);
    }
  }

  private void readShell() {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    ByteBuffer text = ByteBuffer.allocate(CHUNK);
    Endings endings = new Endings();
    TelnetLine telnet = new TelnetLine(endings);
    try {
      while (!over.get() && carrier.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining() && endings.status == null) {
          telnet.read(buffer, text.clear());
          shown.put(text.array(), 0, text.position());
        }
        if (endings.status != null) {
          over(Optional.empty(), endings.status, null);
        }
      }
      lose();
    } catch (IOException e) {
      broken(e);
    }
  }

  /** Which of the ends that are told is that of the shell that this host has come to. */
  private final class Endings implements TelnetLine.Listener {
    private boolean greeted;
    private @Nullable ExitStatus status;

    @Override
    public void greeted(int answered) {
      greeted |= answered == number;
    }

    @Override
    public void exited(int waitStatus) {
      if (greeted) {
        status = statusOf(waitStatus);
      }
    }

    private ExitStatus statusOf(int waitStatus) {
      try {
        return ExitStatus.ofWaitStatus(waitStatus);
      } catch (IllegalArgumentException e) {
        return new ExitStatus.Lost(
            new SandboxLostException("the shell's end was told wrongly: " + e.getMessage(), e));
      }
    }
  }

  private void write() {
    byte[] chunk = new byte[CHUNK];
    try {
      writeSize();
      carrier.write(TelnetLine.hello(number));
      for (int n = typed.take(chunk, 0, CHUNK); n >= 0; n = typed.take(chunk, 0, CHUNK)) {
        writeSize();
        carrier.write(TelnetLine.text(chunk, n));
      }
      if (!over.get()) {
        carrier.write(TelnetLine.end());
      }
    } catch (IOException e) {
      broken(e);
    }
  }

  private void writeSize() throws IOException {
    TerminalSize wanted = size.getAndSet(null);
    if (wanted != null) {
      carrier.write(TelnetLine.size(wanted));
    }
  }

  private void lose() {
    if (!over.get()) {
      var cause = new SandboxLostException("the sandbox's console is gone: the sandbox has ended");
      over(Optional.of(cause), new ExitStatus.Lost(cause), null);
    }
  }

  private void broken(IOException e) {
    if (!over.get()) {
      var cause = new SandboxLostException("the sandbox's console broke: " + e.getMessage(), e);
      over(Optional.of(cause), new ExitStatus.Lost(cause), e);
    }
  }

  /** The first end counts. */
  private void over(
      Optional<SandboxException> cause, ExitStatus status, @Nullable IOException readers) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    shown.finish(readers);
    typed.refuse(new IOException("Broken pipe: the console has ended"));
    typed.finish(null);
    try {
      carrier.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a console''s carrier cannot be closed: {0}", e.getMessage());
    }
    // before the end is known: then the next one may come
    released.complete(null);
    exited.complete(status);
    closed.complete(cause);
  }

  private void run(String suffix, Runnable duty) {
    Thread thread = new Thread(duty, "sandbox-console" + suffix);
    thread.setDaemon(true);
    thread.start();
  }
}

package org.libvirt.sandbox.console;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.TerminalSize;

/**
 * A console that carries what people read and type: a sandbox's log, or a shell beside its program.
 *
 * <p>The log is what the sandbox's own machinery says; nobody reads what is typed there, so input
 * is refused. A shell starts when somebody comes to its console; when it ends, this console does,
 * and the next one who comes gets another. Leaving the console by {@link #close()} or {@link
 * #detach()} leaves the shell as it is, for the next one to find.
 *
 * <p>All methods may be called by any thread. Up to 64 KiB each way wait here; then who writes
 * waits, and the shell waits for its reader, without holding up the sandbox. A thread that is
 * interrupted while it waits in a stream gets a {@link java.io.InterruptedIOException}, keeps its
 * interrupt status, and loses no data.
 */
public final class RawConsole implements SandboxConsole {
  private final RawLine line;
  private final OutputStream stdin;
  private final InputStream stdout;

  private RawConsole(RawLine line, Runnable release) {
    this.line = line;
    stdin = line.isShell() ? new Typed(line) : new RefusedInput();
    stdout = new Shown(line);
    line.whenOver(release);
  }

  /**
   * Opens a sandbox's log.
   *
   * @param end the other end of its console on this host: a terminal, or what a machine has
   * @param release run once when the console ends, in whatever way
   * @return the open console
   * @throws HostLacksException if it cannot be opened
   */
  public static RawConsole log(Path end, Runnable release) {
    return log(HostEnd.open(end), release);
  }

  static RawConsole log(Carrier carrier, Runnable release) {
    return new RawConsole(RawLine.log(carrier), requireNonNull(release, "release"));
  }

  /**
   * Opens a sandbox's shell, which is started if none runs.
   *
   * @param end the other end of its console on this host: a terminal, or what a machine has
   * @param release run once when the console ends, in whatever way
   * @return the open console
   * @throws HostLacksException if it cannot be opened
   */
  public static RawConsole shell(Path end, Runnable release) {
    return shell(HostEnd.open(end), release);
  }

  static RawConsole shell(Carrier carrier, Runnable release) {
    return new RawConsole(RawLine.shell(carrier), requireNonNull(release, "release"));
  }

  /**
   * What the shell's terminal is typed. {@code close()} types its end-of-file character behind it.
   * A write to a log throws an {@link IOException}.
   *
   * @return always the same stream
   */
  @Override
  public OutputStream stdin() {
    return stdin;
  }

  /**
   * What the console shows, from where the last one who read it stopped; the log of a machine from
   * its beginning. It is at its end when the shell, or the sandbox, has ended; a console that was
   * closed or lost throws an {@link IOException}.
   *
   * @return always the same stream
   */
  @Override
  public InputStream stdout() {
    return stdout;
  }

  /**
   * Nothing: a terminal has one output.
   *
   * @return always the same stream, at its end
   */
  @Override
  public InputStream stderr() {
    return InputStream.nullInputStream();
  }

  /**
   * How the shell ends. It is known once what the shell has said before has been read, but for the
   * 64 KiB that wait here at most and can be read afterwards. A log has no end of its own: it is
   * {@link ExitStatus.Lost} when the console ends, as a shell that was left is.
   *
   * @return a future of the caller's own, which never fails
   */
  @Override
  public CompletableFuture<ExitStatus> exited() {
    return Notices.copyOf(line.exited());
  }

  @Override
  public CompletableFuture<Optional<SandboxException>> closed() {
    return Notices.copyOf(line.closed());
  }

  /**
   * Gives the shell's terminal another size, of which it gets SIGWINCH; has no effect on a log.
   *
   * @param size what it shows from now on
   */
  public void resize(TerminalSize size) {
    line.resize(requireNonNull(size, "size"));
  }

  /** Leaves the console; the shell goes on. The same as {@link #close()}. */
  @Override
  public void detach() {
    close();
  }

  /** Leaves the console; the shell goes on. Closing again does nothing. */
  @Override
  public void close() {
    line.leave();
  }

  private static final class Shown extends InputStream {
    private final RawLine line;

    private Shown(RawLine line) {
      this.line = line;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      checkFromIndexSize(offset, length, to.length);
      return length == 0 ? 0 : line.shown().take(to, offset, length);
    }

    @Override
    public int available() {
      return line.shown().size();
    }
  }

  private static final class Typed extends OutputStream {
    private final RawLine line;

    private Typed(RawLine line) {
      this.line = line;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      checkFromIndexSize(offset, length, from.length);
      line.typed().put(from, offset, length);
    }

    @Override
    public void close() {
      line.typed().finish(null);
    }
  }

  private static final class RefusedInput extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      throw new IOException("a sandbox's log takes no input");
    }
  }
}

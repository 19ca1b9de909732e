package org.libvirt.sandbox.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.TerminalSize;

/**
 * One program's streams and end.
 *
 * <p>All methods may be called by any thread. Each stream stands for itself: up to 1 MiB of an
 * output waits here, and a program that writes more waits for its reader, without holding up its
 * other streams or other programs. A thread that is interrupted while it waits in a stream gets an
 * {@link InterruptedIOException}, keeps its interrupt status, and loses no data.
 *
 * <p>When the sandbox is lost, readers get what had arrived and then an {@link IOException} that
 * names the loss: end of file always means that the program's side was closed.
 *
 * <p>A console holds nothing outside the heap but the program's interest in it; closing it, or its
 * channel, tells the program.
 */
public final class RpcConsole implements SandboxConsole {
  private static final int LARGEST_SIGNAL = 64;

  private final Program program;
  private final Program.Line line;
  private final AtomicBoolean detaching = new AtomicBoolean();

  RpcConsole(Program program, Program.Line line) {
    this.program = program;
    this.line = line;
  }

  /**
   * The program's input; with a terminal, what is typed there. A write returns once the bytes are
   * on their way, which up to 1 MiB are before the program has read them; {@code close()} is the
   * end of file behind them, which with a terminal is its end-of-file character. Once the program
   * no longer reads, a write throws an {@link IOException} that starts with "Broken pipe".
   *
   * @return always the same stream
   */
  @Override
  public OutputStream stdin() {
    return program.stdin();
  }

  /**
   * The program's output; with a terminal, what the terminal shows. After {@code close()} the
   * program gets SIGPIPE if it writes on.
   *
   * @return always the same stream
   */
  @Override
  public InputStream stdout() {
    return program.stdout();
  }

  /**
   * The program's error output; with a terminal it is at its end from the start. After {@code
   * close()} the program gets SIGPIPE if it writes on.
   *
   * @return always the same stream
   */
  @Override
  public InputStream stderr() {
    return program.stderr();
  }

  /**
   * How the program ends. The future never fails: a sandbox that is lost first gives {@link
   * ExitStatus.Lost}. It does not wait for the outputs to be read, so one may wait first and read
   * then.
   *
   * @return a future of the caller's own, which it may complete or cancel; what depends on it runs
   *     in a thread of its own
   */
  @Override
  public CompletableFuture<ExitStatus> exited() {
    return Notices.copyOf(program.exit());
  }

  /**
   * How the interest in the streams ends: empty once the program has ended and both outputs have,
   * or this console was closed or detached; the cause where the sandbox was lost before that.
   *
   * @return a future of the caller's own, which it may complete or cancel; what depends on it runs
   *     in a thread of its own
   */
  @Override
  public CompletableFuture<Optional<SandboxException>> closed() {
    return Notices.copyOf(program.closed());
  }

  /**
   * What the program used.
   *
   * @return empty until the program has ended, or if its supervisor does not tell
   */
  public Optional<ResourceUsage> usage() {
    return Optional.ofNullable(program.usage());
  }

  /**
   * The program's number on its channel, by which another host can attach to it.
   *
   * @return 0 for the sandbox's first program
   */
  public int serial() {
    return program.serial();
  }

  /**
   * The program's process id, as it is inside the sandbox.
   *
   * @return a positive number
   */
  public long pid() {
    return program.pid();
  }

  /**
   * Sends a signal to the program, to itself alone; has no effect once it has ended.
   *
   * @param number the signal's number on Linux, 1 to 64
   * @throws IllegalArgumentException if there is no such signal
   */
  public void signal(int number) {
    checkSignal(number);
    send(number);
  }

  /**
   * Sends a signal to the program because of a limit. If it ends the program, {@link #exited()}
   * names the limit.
   *
   * @param number the signal's number on Linux, 1 to 64
   * @param limit what the program has reached; it counts as reached from now on
   * @throws IllegalArgumentException if there is no such signal
   */
  void signal(int number, SandboxLimit limit) {
    checkSignal(number);
    program.limits().endFor(limit);
    send(number);
  }

  /**
   * The limits that this program has run into, whether or not they ended it. Those of its memory
   * and files are known once it has ended.
   *
   * @return a set that does not change
   */
  public Set<SandboxLimit> limitsReached() {
    return program.limits().reached();
  }

  private static void checkSignal(int number) {
    if (number < 1 || number > LARGEST_SIGNAL) {
      throw new IllegalArgumentException("signal " + number + " is not between 1 and 64");
    }
  }

  private void send(int number) {
    line.send(ControlFrame.of(Proc.SIGNAL, program.serial(), number));
  }

  /**
   * Changes the size of the program's terminal; has no effect on a program without one.
   *
   * @param rows 1 to 65535
   * @param columns 1 to 65535
   * @throws IllegalArgumentException if one of them is out of its bounds
   */
  public void resize(int rows, int columns) {
    resize(new TerminalSize(rows, columns));
  }

  /**
   * Changes the size of the program's terminal, which gets SIGWINCH if that is another size; has no
   * effect on a program without one.
   *
   * @param size what it shows from now on
   */
  public void resize(TerminalSize size) {
    line.send(ControlFrame.of(Proc.RESIZE, program.serial(), size.rows(), size.columns()));
  }

  /**
   * Gives the streams up: the program runs on, its output waits in its pipes, and {@link
   * SandboxChannel#attach} takes the streams again. What was on its way can still be read from
   * here; then reads throw an {@link IOException}, as writes do at once. Input that was not sent
   * yet goes to the next who attaches on the same channel. Idempotent.
   */
  @Override
  public void detach() {
    if (detaching.compareAndSet(false, true)) {
      program.detach();
      program.closed().complete(Optional.empty());
    }
  }

  /**
   * Closes the three streams. The program is not ended, but sees the end of its input and gets
   * SIGPIPE if it writes; {@link #exited()} still tells how it ends. A detached console leaves the
   * program alone. Idempotent.
   */
  @Override
  public void close() {
    program.stdin().close();
    program.stdout().close();
    program.stderr().close();
    program.closed().complete(Optional.empty());
  }
}

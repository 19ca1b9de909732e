package org.libvirt.sandbox.context;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.console.ResourceUsage;

/**
 * A program in a sandbox of its own as the JDK's {@link Process}, for code that knows processes and
 * nothing of sandboxes.
 *
 * <pre>{@code
 * var config = InteractiveConfig.builder().command("sort", "-u").build();
 * try (var process = SandboxProcess.start(connection, config)) {
 *   try (var names = process.outputWriter()) {
 *     names.write("b\na\nb\n");
 *   }
 *   process.inputReader().lines().forEach(System.out::println);
 *   int status = process.waitFor();
 * }
 * }</pre>
 *
 * <p>It behaves as a process of {@link ProcessBuilder#start()} does, with these differences:
 *
 * <ul>
 *   <li>the sandbox ends with its program: what the program left running is killed, and what the
 *       sandbox held on this host is given back, whether or not anybody reads the outputs. They can
 *       be read afterwards. Only {@link #close()} waits for that;
 *   <li>the outputs end with the program, also if something that it left running holds them open;
 *   <li>{@link #destroy()} leaves the streams open, so that the last words can be read;
 *   <li>a sandbox that is lost before its program's end is known, with its daemon for instance, has
 *       no exit value: {@link #waitFor()} and {@link #exitValue()} throw a {@link
 *       SandboxLostException}, and readers get an {@link java.io.IOException};
 *   <li>its process is not one of this host that anybody could name: {@link #pid()}, {@link
 *       #toHandle()}, {@link #info()}, {@link #children()} and {@link #descendants()} throw an
 *       {@link UnsupportedOperationException}.
 * </ul>
 *
 * <p>As with any process, outputs of more than 1 MiB have to be read, or the program waits. A
 * program on a terminal ({@link InteractiveConfig.Builder#tty}) writes to {@link #getInputStream()}
 * only. All methods may be called by any thread.
 */
public final class SandboxProcess extends Process implements AutoCloseable {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final int SIGNALED = 128;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** How long a supervisor has to kill its program before the whole sandbox is ended. */
  private static final Duration KILL_LIMIT = Duration.ofSeconds(2);

  /** How long what is left of the outputs may take when the program has ended. */
  private static final Duration REST_LIMIT = Duration.ofSeconds(10);

  private final InteractiveContext sandbox;
  private final ProcessOutput stdout;
  private final ProcessOutput stderr;

  /** Only what takes a thread of its own depends on this: a user's callback must not hold it up. */
  private final CompletableFuture<ExitStatus> exited;

  /** Completed when the sandbox has been closed, or could not be. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private volatile boolean killed;

  private SandboxProcess(InteractiveContext sandbox) {
    this.sandbox = sandbox;
    stdout = new ProcessOutput(sandbox.console().stdout());
    stderr = new ProcessOutput(sandbox.console().stderr());
    exited = sandbox.console().exited().thenApply(this::orKilled);
    exited.thenRunAsync(this::leave, SandboxProcess::inItsOwnThread);
  }

  /**
   * Starts a sandbox and its program within {@link InteractiveContext#START_LIMIT}.
   *
   * @param connection where; it must stay open as long as the process lives
   * @param config what
   * @return the process, running or already ended
   * @throws SandboxException as {@link InteractiveContext#start(SandboxConnection,
   *     InteractiveConfig)}
   */
  public static SandboxProcess start(SandboxConnection connection, InteractiveConfig config) {
    return of(InteractiveContext.start(connection, config));
  }

  /**
   * The process of a sandbox that was started by other options.
   *
   * @param sandbox a running sandbox, which from now on is closed by its process; its console's
   *     streams are not to be used any more
   * @return the process, running or already ended
   */
  public static SandboxProcess of(InteractiveContext sandbox) {
    return new SandboxProcess(sandbox);
  }

  /** What was killed here may be gone before it could tell. */
  private ExitStatus orKilled(ExitStatus told) {
    return killed && told instanceof ExitStatus.Lost ? new ExitStatus.Signaled(SIGKILL) : told;
  }

  private void leave() {
    endAfter(REST_LIMIT);
    stdout.keep();
    stderr.keep();
    end();
  }

  /** Ends the sandbox if by then it has not ended in order; readers get what had arrived. */
  private void endAfter(Duration limit) {
    gone.copy()
        .orTimeout(limit.toMillis(), MILLISECONDS)
        .whenComplete(
            (nothing, failure) -> {
              if (failure instanceof TimeoutException) {
                inItsOwnThread(this::end);
              }
            });
  }

  private void end() {
    try {
      sandbox.close();
      gone.complete(null);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "sandbox ''{0}'': {1}", sandbox.name(), e.getMessage());
      gone.completeExceptionally(e);
    }
  }

  private static void inItsOwnThread(Runnable work) {
    Thread thread = new Thread(work, "sandbox-process");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * The sandbox that the program runs in, for what a process has no word for: signals, the size of
   * a terminal.
   *
   * @return always the same sandbox; its console's streams are this process's
   */
  public InteractiveContext sandbox() {
    return sandbox;
  }

  /**
   * The program's input. Nothing has to be flushed; {@code close()} is the end of file.
   *
   * @return always the same stream
   */
  @Override
  public OutputStream getOutputStream() {
    return sandbox.console().stdin();
  }

  /**
   * The program's output, to its end also after that of the sandbox.
   *
   * @return always the same stream
   */
  @Override
  public InputStream getInputStream() {
    return stdout;
  }

  /**
   * The program's error output, to its end also after that of the sandbox.
   *
   * @return always the same stream
   */
  @Override
  public InputStream getErrorStream() {
    return stderr;
  }

  /**
   * Waits for the program's end.
   *
   * @return its exit value
   * @throws InterruptedException if the thread is interrupted; the program runs on
   * @throws SandboxLostException if nobody knows how the program ended
   */
  @Override
  public int waitFor() throws InterruptedException {
    try {
      return valueOf(exited.get());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a program cannot fail", e);
    }
  }

  /**
   * Waits for the program's end, but not for ever.
   *
   * @param timeout how long; 0 and less: not at all
   * @param unit of that time
   * @return whether the program has ended, however
   * @throws InterruptedException if the thread is interrupted; the program runs on
   */
  @Override
  public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      exited.get(Math.max(0, timeout), unit);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the end of a program cannot fail", e);
    }
  }

  /**
   * How the program ended, in a number.
   *
   * @return its exit code, or 128 and the number of the signal that ended it
   * @throws IllegalThreadStateException if it has not ended yet
   * @throws SandboxLostException if nobody knows how the program ended
   */
  @Override
  public int exitValue() {
    return valueOf(
        exitStatus()
            .orElseThrow(() -> new IllegalThreadStateException("the program has not ended yet")));
  }

  private static int valueOf(ExitStatus status) {
    if (status instanceof ExitStatus.Exited exit) {
      return exit.code();
    }
    if (status instanceof ExitStatus.Signaled end) {
      return SIGNALED + end.signal();
    }
    SandboxException cause = ((ExitStatus.Lost) status).cause();
    throw new SandboxLostException(
        "nobody knows how the program ended: " + cause.getMessage(), cause);
  }

  /**
   * How the program ended, where a number is not enough.
   *
   * @return empty until it has ended; {@link ExitStatus.Lost} if its sandbox was lost
   */
  public Optional<ExitStatus> exitStatus() {
    return exited.isDone() ? Optional.of(exited.join()) : Optional.empty();
  }

  /**
   * What the program used.
   *
   * @return empty until it has ended, or if its supervisor does not tell
   */
  public Optional<ResourceUsage> usage() {
    return sandbox.console().usage();
  }

  @Override
  public boolean isAlive() {
    return !exited.isDone();
  }

  /**
   * The program's end, for those who do not wait.
   *
   * @return a future of the caller's own, which it may cancel; what depends on it runs in a thread
   *     of its own. It never fails: ask the process how it ended
   */
  @Override
  public CompletableFuture<Process> onExit() {
    return exited.thenApplyAsync(status -> this, SandboxProcess::inItsOwnThread);
  }

  /** Asks the program to end, by SIGTERM. The streams stay open. */
  @Override
  public void destroy() {
    sandbox.console().signal(SIGTERM);
  }

  /**
   * Kills the program, by SIGKILL, and ends the sandbox. Does not wait for it; what was written can
   * be read.
   *
   * @return this process
   */
  @Override
  public Process destroyForcibly() {
    killed = true;
    sandbox.console().signal(SIGKILL);
    endAfter(KILL_LIMIT);
    return this;
  }

  @Override
  public boolean supportsNormalTermination() {
    return true;
  }

  /**
   * Kills the program if it runs, and waits until its sandbox is gone with all that it held on this
   * host. What was written before can still be read. Closing twice is harmless.
   *
   * @throws SandboxException if something is left behind; it says what
   */
  @Override
  public void close() {
    killed = true;
    sandbox.close();
    try {
      gone.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SandboxException failure) {
        throw failure;
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return "SandboxProcess[sandbox=%s, %s]"
        .formatted(sandbox.name(), exitStatus().map(Object::toString).orElse("running"));
  }
}

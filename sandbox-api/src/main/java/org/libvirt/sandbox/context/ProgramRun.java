package org.libvirt.sandbox.context;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.InteractiveConfig;

/**
 * A program to be run in a sandbox from its start to its end, in one call.
 *
 * <p>Unless something else is said,
 *
 * <ul>
 *   <li>its input is empty;
 *   <li>it may take as long as it likes;
 *   <li>of each output the first {@link #STANDARD_OUTPUT_LIMIT} bytes are kept.
 * </ul>
 *
 * <pre>{@code
 * ProgramResult result =
 *     ProgramRun.of(connection, InteractiveConfig.builder().command("sort", "-u").build())
 *         .withInput("b\na\nb\n")
 *         .withTimeLimit(Duration.ofSeconds(10))
 *         .run();
 * if (result.isSuccess()) {
 *   System.out.print(result.stdoutText());
 * }
 * }</pre>
 *
 * <p>A run is a value: the {@code with} methods give new ones, and each call of {@link #run()},
 * from whatever thread, is a sandbox of its own.
 */
public final class ProgramRun {
  /** How many bytes of each output are kept where nothing else is said: 16 MiB. */
  public static final int STANDARD_OUTPUT_LIMIT = 16 << 20;

  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  private final SandboxConnection connection;
  private final InteractiveConfig config;
  private final byte[] input;
  private final @Nullable Duration timeLimit;
  private final int outputLimit;

  private ProgramRun(
      SandboxConnection connection,
      InteractiveConfig config,
      byte[] input,
      @Nullable Duration timeLimit,
      int outputLimit) {
    this.connection = requireNonNull(connection, "connection");
    this.config = requireNonNull(config, "config");
    this.input = input;
    this.timeLimit = timeLimit;
    this.outputLimit = outputLimit;
  }

  /**
   * A run that nothing else is said about.
   *
   * @param connection where
   * @param config what; its name and UUID, if it has them, can be those of one run at a time
   * @return the run, not started
   */
  public static ProgramRun of(SandboxConnection connection, InteractiveConfig config) {
    return new ProgramRun(connection, config, new byte[0], null, STANDARD_OUTPUT_LIMIT);
  }

  /**
   * This run, with an input.
   *
   * @param input what the program can read; it need not
   * @return a run
   */
  public ProgramRun withInput(byte[] input) {
    return new ProgramRun(connection, config, input.clone(), timeLimit, outputLimit);
  }

  /**
   * This run, with a text for its input.
   *
   * @param input what the program can read, in UTF-8; it need not
   * @return a run
   */
  public ProgramRun withInput(String input) {
    return withInput(input.getBytes(UTF_8));
  }

  /**
   * This run, with a limit of its time.
   *
   * @param limit how long the program may run, more than nothing; its sandbox's start does not
   *     count, which has a limit of its own
   * @return a run
   * @throws IllegalArgumentException if it is no time at all
   */
  public ProgramRun withTimeLimit(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException(
          "time limit " + limit + " is no time at all; leave it out for none");
    }
    return new ProgramRun(connection, config, input, limit, outputLimit);
  }

  /**
   * This run, with a limit of what is kept. What a program writes beyond it is read and dropped.
   *
   * @param bytes the most of each output, 0 or more
   * @return a run
   * @throws IllegalArgumentException if it is less
   */
  public ProgramRun withOutputLimit(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("output limit %d; write 0 or more".formatted(bytes));
    }
    return new ProgramRun(connection, config, input, timeLimit, bytes);
  }

  /**
   * Runs the program to its end, or to that of its time: then it is killed. Returns when the
   * sandbox is gone.
   *
   * @return how it ended and what it wrote
   * @throws InterruptedException if the thread is interrupted; the sandbox is gone then, too
   * @throws SandboxLostException if nobody knows how the program ended
   * @throws SandboxException as {@link InteractiveContext#start(SandboxConnection,
   *     InteractiveConfig)}, and if something is left behind
   */
  public ProgramResult run() throws InterruptedException {
    try (SandboxProcess process = SandboxProcess.start(connection, config)) {
      var stdout = BoundedOutput.readFrom(process.getInputStream(), outputLimit);
      var stderr = BoundedOutput.readFrom(process.getErrorStream(), outputLimit);
      feed(process.getOutputStream());
      boolean inTime = endsInTime(process);
      if (!inTime) {
        process.destroyForcibly();
      }
      process.waitFor(); // says so if the program's end is not known
      ExitStatus status = process.exitStatus().orElseThrow();
      Set<SandboxLimit> limits = Set.copyOf(process.sandbox().limitsReached());
      return new ProgramResult(
          status,
          inTime && !limits.contains(SandboxLimit.TIME),
          stdout.await(),
          stderr.await(),
          process.usage(),
          limits);
    }
  }

  private boolean endsInTime(SandboxProcess process) throws InterruptedException {
    if (timeLimit == null) {
      process.waitFor();
      return true;
    }
    return process.waitFor(TimeUnit.NANOSECONDS.convert(timeLimit), TimeUnit.NANOSECONDS);
  }

  private void feed(OutputStream stdin) {
    Thread feeder = new Thread(() -> write(stdin), "sandbox-run-input");
    feeder.setDaemon(true);
    feeder.start();
  }

  private void write(OutputStream stdin) {
    try (stdin) {
      stdin.write(input);
    } catch (IOException e) {
      // a program need not read all its input
      LOG.log(Level.DEBUG, "input of ''{0}'': {1}", config.name(), e.getMessage());
    }
  }
}

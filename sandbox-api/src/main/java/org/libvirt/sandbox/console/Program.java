package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;

/**
 * One program on a channel: its streams, and what the supervisor has told about it. The thread that
 * reads the carrier tells it; any thread asks it.
 */
final class Program {
  private static final int SIGKILL = 9;

  private final int serial;
  private final Line line;
  private final CreditedOutput stdin;
  private final CreditedInput stdout;
  private final CreditedInput stderr;
  private final ProgramLimits limits;

  /** Completed by whichever comes first: the supervisor's answer, or the end of the patience. */
  private final CompletableFuture<Program> answered = new CompletableFuture<>();

  private final CompletableFuture<Void> detached = new CompletableFuture<>();
  private final CompletableFuture<ExitStatus> exit;

  /** Empty where the streams came to their ends, or were given up. */
  private final CompletableFuture<Optional<SandboxException>> closed = new CompletableFuture<>();

  /** Known to the thread that reads the carrier only. */
  private boolean outputRefused;

  private volatile boolean detaching;
  private volatile long pid;
  private volatile @Nullable ResourceUsage usage;

  /** What a program needs of its channel. */
  interface Line {
    Outbox outbox();

    int window();

    int largestFrame();

    void send(ControlFrame frame);

    /** The program has ended, and so have its streams. */
    void forget(Program program);

    /** The program was not started. */
    void free(Program program);
  }

  /** A program that is about to be attached for the first time on this channel. */
  Program(int serial, Line line) {
    this(serial, line, ProgramLimits.none());
  }

  /** A program that is about to be started. */
  Program(int serial, Line line, ProgramLimits limits) {
    this(
        serial,
        line,
        new CreditedOutput(serial, line.window(), line.largestFrame(), line.outbox()),
        new CompletableFuture<>(),
        limits);
  }

  /** A program that is about to be attached again: its unsent input and its end are the same. */
  Program(Program predecessor) {
    this(
        predecessor.serial,
        predecessor.line,
        new CreditedOutput(predecessor.stdin),
        predecessor.exit,
        predecessor.limits);
    usage = predecessor.usage;
  }

  private Program(
      int serial,
      Line line,
      CreditedOutput stdin,
      CompletableFuture<ExitStatus> exit,
      ProgramLimits limits) {
    this.serial = serial;
    this.line = line;
    this.stdin = stdin;
    this.exit = exit;
    this.limits = limits;
    stdout = output(Proc.STDOUT);
    stderr = output(Proc.STDERR);
  }

  private CreditedInput output(Proc proc) {
    return new CreditedInput(proc, serial, line.window(), line.outbox(), this::forgetIfOver);
  }

  int serial() {
    return serial;
  }

  CreditedOutput stdin() {
    return stdin;
  }

  CreditedInput stdout() {
    return stdout;
  }

  CreditedInput stderr() {
    return stderr;
  }

  long pid() {
    return pid;
  }

  @Nullable ResourceUsage usage() {
    return usage;
  }

  ProgramLimits limits() {
    return limits;
  }

  CompletableFuture<Program> answered() {
    return answered;
  }

  CompletableFuture<Void> detached() {
    return detached;
  }

  CompletableFuture<Optional<SandboxException>> closed() {
    return closed;
  }

  CompletableFuture<ExitStatus> exit() {
    return exit;
  }

  /** Takes a frame of this program from the supervisor. */
  void take(Proc proc, FrameReader frames) throws IOException {
    switch (proc) {
      case STDIN:
        require(frames.left() == 0, "STDIN with data");
        stdin.breakOff("Broken pipe: the program no longer reads its input", null);
        break;
      case STDOUT:
        output(stdout, frames);
        break;
      case STDERR:
        output(stderr, frames);
        break;
      case STARTED:
        started(frames.payload());
        break;
      case ATTACH:
        attached(frames.payload());
        break;
      case DETACH:
        require(frames.left() == 0, "DETACH with data");
        detachedBySupervisor();
        break;
      case CREDIT:
        credit(frames.payload());
        break;
      case EXIT:
        exited(ExitReport.of(frames.payload()));
        break;
      default:
        throw new ProtocolException(proc + " from the guest");
    }
  }

  /** Takes an ERROR that bears this program's number; returns whether it is about it. */
  boolean takeError(SupervisorError error) {
    boolean isAnswer = error.stage() != SupervisorError.STAGE_PROTOCOL || error.isUnknownProgram();
    if (isAnswer && pid == 0) {
      fail(error.asException());
      line.free(this);
    } else if (error.isUnknownProgram()) {
      detachedBySupervisor();
    }
    return isAnswer;
  }

  /** Nothing more will come for this program. */
  void lose(SandboxException cause) {
    fail(cause);
    closed.complete(Optional.of(cause));
    exit.complete(new ExitStatus.Lost(cause));
    detached.complete(null);
  }

  /** Whether the streams were given up. */
  boolean isDetaching() {
    return detaching;
  }

  /** Gives the streams up; what arrives until the supervisor's answer can still be read. */
  void detach() {
    detaching = true;
    stdin.cutOff("the console was detached from the program", null);
    stdout.fallSilent();
    stderr.fallSilent();
    line.send(ControlFrame.of(Proc.DETACH, serial));
  }

  private void fail(SandboxException cause) {
    answered.completeExceptionally(cause);
    stdout.cutOff(cause);
    stderr.cutOff(cause);
    stdin.breakOff(String.valueOf(cause.getMessage()), cause);
  }

  private void output(CreditedInput output, FrameReader frames) throws IOException {
    if (frames.left() == 0) {
      output.end();
      forgetIfOver();
    } else {
      frames.payloadTo(bytes -> accept(output, bytes));
    }
  }

  /** What is beyond the limit counts as taken, but nobody gets it. */
  private void accept(CreditedInput output, ByteBuffer bytes) throws ProtocolException {
    int granted = limits.grant(bytes.remaining());
    int end = bytes.limit();
    bytes.limit(bytes.position() + granted);
    if (granted > 0) {
      output.accept(bytes);
    }
    bytes.limit(end);
    if (bytes.hasRemaining()) {
      if (!outputRefused) {
        outputRefused = true;
        refuseOutput();
      }
      output.accept(bytes);
    }
  }

  private void refuseOutput() {
    var cause = new IOException("the program has written more than its limit of output");
    // first: to a program whose outputs are closed, SIGPIPE would come before
    line.send(ControlFrame.of(Proc.SIGNAL, serial, SIGKILL));
    stdout.refuse(cause);
    stderr.refuse(cause);
    forgetIfOver();
  }

  private void started(ByteBuffer payload) throws ProtocolException {
    require(payload.remaining() == 8, "STARTED of a wrong length");
    require(pid == 0, "STARTED twice");
    pid = Integer.toUnsignedLong(payload.getInt());
    require(pid != 0, "STARTED without a process id");
    stdin.grant(payload.getInt());
    if (!answered.complete(this)) {
      // Who wanted it has given up waiting, so nobody would ever read it or end it.
      line.send(ControlFrame.of(Proc.SIGNAL, serial, SIGKILL));
      stdin.close();
      stdout.close();
      stderr.close();
    }
  }

  private void attached(ByteBuffer payload) throws ProtocolException {
    require(payload.remaining() == 16, "ATTACH of a wrong length");
    require(pid == 0, "ATTACH twice");
    payload.getInt(); // whether it runs: EXIT tells that, and more
    pid = Integer.toUnsignedLong(payload.getInt());
    require(pid != 0, "ATTACH without a process id");
    stdin.grant(payload.getInt());
    if (!answered.complete(this)) {
      detach();
    }
  }

  private void detachedBySupervisor() {
    var cause = new IOException("the console was detached from the program");
    stdout.cutOff(cause);
    stderr.cutOff(cause);
    detached.complete(null);
  }

  private void credit(ByteBuffer payload) throws ProtocolException {
    require(payload.remaining() == 8, "CREDIT of a wrong length");
    require(payload.getInt() == Proc.STDIN.number(), "CREDIT for an output");
    stdin.grant(payload.getInt());
  }

  private void exited(ExitReport report) throws ProtocolException {
    require(pid != 0, "EXIT of a program that was not started");
    require(!exit.isDone(), "EXIT twice");
    usage = report.usage();
    exit.complete(limits.explain(report));
    stdin.breakOff("Broken pipe: the program has ended", null);
    forgetIfOver();
  }

  private void forgetIfOver() {
    if (exit.isDone() && stdout.isFinished() && stderr.isFinished()) {
      closed.complete(Optional.empty());
      line.forget(this);
    }
  }

  private void require(boolean condition, String violation) throws ProtocolException {
    if (!condition) {
      throw new ProtocolException(violation + " for program " + serial);
    }
  }
}

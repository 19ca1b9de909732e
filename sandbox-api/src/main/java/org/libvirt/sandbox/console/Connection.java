package org.libvirt.sandbox.console;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;

/**
 * A carrier with a supervisor at its other end, and what is said on it. One thread {@link #greet
 * greets} and then {@link #takeFrames takes frames}; one {@link #writeFrames writes}.
 */
final class Connection implements Program.Line {
  private static final System.Logger LOG = System.getLogger(Connection.class.getName());
  private static final int LARGEST_PING = 64;

  private final Carrier carrier;
  private final FrameReader frames;
  private final Outbox outbox;
  private final Consumer<SandboxException> floodListener;
  private final Programs programs = new Programs();
  private final Map<Long, CompletableFuture<Object>> pings = new ConcurrentHashMap<>();
  private final Map<Integer, CompletableFuture<Void>> consoles = new ConcurrentHashMap<>();
  private final AtomicLong pingNumber = new AtomicLong();
  private volatile Hello supervisor = Hello.ofHost(0);
  private volatile @Nullable String lastWords;

  /**
   * A connection on which nothing has been said.
   *
   * @param floodListener told when the supervisor leaves too much unread
   */
  Connection(Carrier carrier, Consumer<SandboxException> floodListener) {
    this.carrier = carrier;
    this.floodListener = floodListener;
    frames = new FrameReader(carrier);
    outbox = new Outbox(new FrameWriter(carrier));
  }

  Programs programs() {
    return programs;
  }

  /** What the supervisor said of itself. */
  Hello supervisor() {
    return supervisor;
  }

  /** Why the supervisor ends the connection, in its own words; null if it has not said. */
  @Nullable String lastWords() {
    return lastWords;
  }

  /** Says HELLO and waits for the other's. */
  void greet() throws IOException {
    send(Hello.ofHost(0).frame());
    if (!frames.next()) {
      throw new EOFException("it ended before the greeting");
    }
    Proc proc = frames.proc();
    if (proc == Proc.ERROR) {
      lastWords = SupervisorError.of(frames.payload()).toString();
      throw new EOFException("the supervisor refused the greeting");
    }
    if (proc != Proc.HELLO) {
      throw new ProtocolException("frame " + frames.procNumber() + " in the place of HELLO");
    }
    supervisor = Hello.ofSupervisor(frames.payload());
  }

  /** Takes frames until the supervisor ends the connection. */
  void takeFrames() throws IOException {
    while (frames.next()) {
      take(frames.proc());
    }
  }

  /** Writes what is to be sent until nothing more is to be. */
  void writeFrames() throws IOException, InterruptedException {
    outbox.run();
    carrier.shutdownOutput();
  }

  /** Sends a PING; the future is completed by its PONG. */
  CompletableFuture<Object> ping() {
    long number = pingNumber.getAndIncrement();
    CompletableFuture<Object> pong = new CompletableFuture<>();
    pings.put(number, pong);
    pong.whenComplete((answer, cancelled) -> pings.remove(number));
    send(ControlFrame.of(Proc.PING, 0, ByteBuffer.allocate(8).putLong(number).flip()));
    return pong;
  }

  /**
   * Asks for a console's program; the future is completed by the answer, and fails with the
   * supervisor's refusal.
   */
  CompletableFuture<Void> openConsole(byte[] record) {
    int serial = programs.nextNumber();
    CompletableFuture<Void> opened = new CompletableFuture<>();
    consoles.put(serial, opened);
    opened.whenComplete((answer, refusal) -> consoles.remove(serial));
    send(ControlFrame.console(serial, record, largestFrame()));
    return opened;
  }

  /** Lets the writer end once it has written what is queued. */
  void finish() {
    outbox.close();
  }

  void close() throws IOException {
    outbox.close();
    carrier.close();
  }

  @Override
  public void send(ControlFrame frame) {
    if (!outbox.offer(frame)) {
      floodListener.accept(
          new SandboxLostException("the sandbox's supervisor does not read what it is sent"));
    }
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public int window() {
    return carrier.window();
  }

  @Override
  public int largestFrame() {
    return supervisor.largestFrame();
  }

  @Override
  public void forget(Program program) {
    programs.forget(program);
  }

  @Override
  public void free(Program program) {
    programs.free(program);
  }

  private void take(@Nullable Proc proc) throws IOException {
    if (proc == null) {
      send(
          SupervisorError.frame(
              frames.serial(),
              SupervisorError.ENOSYS,
              "proc " + Integer.toUnsignedString(frames.procNumber()) + " is not known"));
      return;
    }
    switch (proc) {
      case PING:
        pong();
        break;
      case PONG:
        ponged(frames.payload());
        break;
      case ERROR:
        error(SupervisorError.of(frames.payload()));
        break;
      case SHUTDOWN:
        if (frames.left() > 0) {
          throw new ProtocolException("SHUTDOWN with data");
        }
        lastWords = "it was told to end";
        break;
      case CONSOLE:
        consoleOpened();
        break;
      case HELLO:
      case START:
      case SIGNAL:
      case RESIZE:
        throw new ProtocolException(proc + " from the guest");
      default:
        Program program = programs.find(frames.serial());
        if (program != null) { // else it has just ended: what is still said of it is skipped
          program.take(proc, frames);
        }
    }
  }

  private void consoleOpened() throws IOException {
    if (frames.left() > 0) {
      throw new ProtocolException("CONSOLE with data");
    }
    CompletableFuture<Void> opened = consoles.get(frames.serial());
    if (opened != null) {
      opened.complete(null);
    }
  }

  private void pong() throws IOException {
    if (frames.left() > LARGEST_PING) {
      throw new ProtocolException("a PING of " + frames.left() + " bytes");
    }
    send(ControlFrame.of(Proc.PONG, frames.serial(), frames.payload()));
  }

  private void ponged(ByteBuffer payload) throws ProtocolException {
    if (payload.remaining() > LARGEST_PING) {
      throw new ProtocolException("a PONG of " + payload.remaining() + " bytes");
    }
    CompletableFuture<Object> ping = payload.remaining() == 8 ? pings.get(payload.getLong()) : null;
    if (ping != null) {
      ping.complete(true);
    }
  }

  private void error(SupervisorError error) {
    Program program = programs.find(frames.serial());
    if (program != null && program.takeError(error)) {
      return;
    }
    CompletableFuture<Void> console = consoles.get(frames.serial());
    if (console != null) {
      console.completeExceptionally(error.asException());
      return;
    }
    if (error.stage() == SupervisorError.STAGE_PROTOCOL
        && !error.isUnknownProc()
        && !error.isUnknownProgram()) {
      lastWords = error.toString();
    }
    // No louder: how often it comes is the guest's choice.
    LOG.log(
        System.Logger.Level.DEBUG,
        "a sandbox''s supervisor reports stage {0}, errno {1}: {2}",
        error.stage(),
        error.errno(),
        error.text());
  }
}

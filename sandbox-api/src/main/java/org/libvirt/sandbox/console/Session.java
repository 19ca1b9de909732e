package org.libvirt.sandbox.console;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;

/** The life of a channel: how it comes to a connection, what is asked on it, and how it ends. */
final class Session {
  private static final System.Logger LOG = System.getLogger(Session.class.getName());
  private static final int LARGEST_RECORD = 4 << 20;

  /** How long what was already on its way may take to come or go, before a carrier is closed. */
  private static final Executor AFTER_GRACE =
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, Runnable::run);

  private final String name;
  private final CompletableFuture<Connection> greeted = new CompletableFuture<>();
  private final CompletableFuture<Optional<SandboxException>> ended = new CompletableFuture<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean reading = new AtomicBoolean();
  private final CarrierSource source;

  /** What others know of why the supervisor is gone. */
  private final Supplier<Optional<String>> cause;

  private @Nullable Connection connection;
  private @Nullable SandboxException failure;
  private boolean orderly;
  private boolean over;

  private Session(String name, CarrierSource source, Supplier<Optional<String>> cause) {
    this.name = name;
    this.source = source;
    this.cause = cause;
  }

  static Session listen(Path socket) {
    UnixListener listener;
    try {
      listener = UnixListener.bind(socket);
    } catch (IOException e) {
      throw new HostLacksException("cannot listen at " + socket + ": " + e.getMessage(), e);
    }
    Session session = at(listener, socket.toString());
    session.beginReading();
    return session;
  }

  /** A session that goes to meet its supervisor when this is waited for. */
  static Session at(CarrierSource source, String name) {
    return at(source, name, Optional::empty);
  }

  /** The same, where others may know why the supervisor is gone. */
  static Session at(CarrierSource source, String name, Supplier<Optional<String>> cause) {
    return new Session("sandbox-" + name, source, cause);
  }

  private void beginReading() {
    if (reading.compareAndSet(false, true)) {
      run("-read", this::read);
    }
  }

  void awaitSupervisor(Duration limit) {
    beginReading();
    try {
      Patience.await(greeted, limit, "the sandbox's supervisor did not connect");
    } catch (Patience.Overdue e) {
      var cause = new SandboxLostException(String.valueOf(e.getMessage()), e.getCause());
      end(cause);
      throw cause;
    }
  }

  RpcConsole start(byte[] launchRecord, ProgramLimits limits, Duration limit) {
    checkSize(launchRecord);
    Connection line = connection();
    Program added =
        line.programs()
            .add(
                line,
                limits,
                program ->
                    line.send(
                        ControlFrame.launch(
                            program.serial(), launchRecord, line.largestFrame(), line.window())));
    return answer(added, line, limit, "the sandbox's supervisor did not start the program");
  }

  void openConsole(byte[] launchRecord, Duration limit) {
    checkSize(launchRecord);
    Connection line = connection();
    if (!line.supervisor().has(Hello.CONSOLES)) {
      throw new SandboxException(
          "the sandbox's supervisor is of a version that has no shell consoles");
    }
    CompletableFuture<Void> opened = line.openConsole(launchRecord);
    try {
      Patience.await(
          CompletableFuture.anyOf(opened, ended),
          limit,
          "the sandbox's supervisor did not open the console");
      if (!opened.isDone()) {
        connection();
        throw new SandboxLostException("the sandbox ended before its console was open");
      }
    } finally {
      opened.cancel(false);
    }
  }

  private static void checkSize(byte[] launchRecord) {
    if (launchRecord.length > LARGEST_RECORD) {
      throw new IllegalArgumentException(
          "a launch record of %d bytes; at most %d are possible"
              .formatted(launchRecord.length, LARGEST_RECORD));
    }
  }

  RpcConsole attach(int serial, Duration limit) {
    Connection line = connection();
    Program program = new Program(serial, line);
    Program predecessor = line.programs().find(serial);
    if (predecessor != null) {
      if (!predecessor.isDetaching()) {
        throw new IllegalStateException("program " + serial + " is attached");
      }
      Patience.await(
          predecessor.detached(), limit, "the sandbox's supervisor did not detach the program");
      program = new Program(predecessor);
    }
    line.programs().put(program);
    line.send(ControlFrame.of(Proc.ATTACH, serial, line.window(), line.window()));
    return answer(program, line, limit, "the sandbox's supervisor did not attach the program");
  }

  Duration ping(Duration limit) {
    Connection line = connection();
    long start = System.nanoTime();
    CompletableFuture<Object> pong = line.ping();
    try {
      Object first =
          Patience.await(
              CompletableFuture.anyOf(pong, ended),
              limit,
              "the sandbox's supervisor did not answer a ping");
      if (first instanceof Optional<?>) {
        connection();
      }
      return Duration.ofNanos(System.nanoTime() - start);
    } finally {
      pong.cancel(false);
    }
  }

  CompletableFuture<Optional<SandboxException>> ended() {
    return ended;
  }

  int programs() {
    return connection().programs().size();
  }

  void fail(SandboxException cause) {
    Connection open;
    lock.lock();
    try {
      if (over || failure != null) {
        return;
      }
      failure = cause;
      open = connection;
    } finally {
      lock.unlock();
    }
    if (open == null || !greeted.isDone()) {
      end(cause);
    } else {
      // Its last frames may still lie in the socket, an EXIT among them: the reader takes them.
      open.finish();
      endAfterGrace(cause);
    }
  }

  void shutdown() {
    Connection open = orderlyFromNowOn();
    if (open != null) {
      open.send(ControlFrame.of(Proc.SHUTDOWN, 0));
    }
  }

  void close() {
    orderlyFromNowOn();
    end(new SandboxLostException("the channel to the sandbox was closed"));
  }

  private @Nullable Connection orderlyFromNowOn() {
    lock.lock();
    try {
      orderly = true;
      return connection;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Connection current() {
    lock.lock();
    try {
      return connection;
    } finally {
      lock.unlock();
    }
  }

  private Connection connection() {
    if (!greeted.isDone()) {
      throw new IllegalStateException("the sandbox's supervisor has not been waited for");
    }
    return Patience.join(greeted);
  }

  private RpcConsole answer(Program program, Connection line, Duration limit, String otherwise) {
    CompletableFuture<Program> answered = program.answered();
    try {
      Patience.await(answered, limit, otherwise);
    } catch (Patience.Overdue e) {
      // From here on it is the program's to undo what comes too late, unless it has just come.
      answered.completeExceptionally(e);
    }
    return new RpcConsole(Patience.join(answered), line);
  }

  private void run(String suffix, Runnable duty) {
    Thread thread = new Thread(duty, name + suffix);
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    try {
      Connection line = adopt(source.open());
      line.greet();
      greeted.complete(line);
      line.takeFrames();
      end(goneSupervisor(line, null));
    } catch (ProtocolException e) {
      refuse(e);
    } catch (IOException e) {
      end(goneSupervisor(current(), e));
    } catch (SandboxException e) {
      end(e);
    } catch (Throwable e) { // one that nobody sees would let all wait for ever
      end(failed(e));
    }
  }

  private Connection adopt(Carrier carrier) throws IOException {
    Connection line = new Connection(carrier, this::end);
    lock.lock();
    try {
      connection = line;
      if (over) {
        line.close();
      }
    } finally {
      lock.unlock();
    }
    run("-write", () -> write(line));
    return line;
  }

  private void write(Connection line) {
    try {
      line.writeFrames();
    } catch (IOException e) {
      // The reader may still find the supervisor's last words, and learns the end by itself.
      endAfterGrace(goneSupervisor(line, e));
    } catch (Throwable e) {
      end(failed(e));
    }
  }

  /** By what should not happen: an error of this library or of the JVM. */
  private static SandboxException failed(Throwable e) {
    String words =
        e.getMessage() == null ? "" : ": " + e.getMessage().lines().findFirst().orElse("");
    return new SandboxLostException(
        "the channel to the sandbox failed by an unexpected "
            + e.getClass().getSimpleName()
            + words,
        e);
  }

  private SandboxException goneSupervisor(@Nullable Connection line, @Nullable IOException why) {
    if (isOrderly()) {
      return new SandboxLostException("the sandbox was shut down", why);
    }
    String words = line == null ? null : line.lastWords();
    if (words != null) {
      return new SandboxLostException("the sandbox's supervisor ended: " + words, why);
    }
    Optional<String> known = cause.get();
    if (why == null || known.isPresent()) {
      return new SandboxLostException(
          "the sandbox's supervisor is gone" + known.map(": "::concat).orElse(""), why);
    }
    return new SandboxLostException(
        "the connection to the sandbox's supervisor broke: " + why.getMessage(), why);
  }

  private boolean isOrderly() {
    lock.lock();
    try {
      return orderly;
    } finally {
      lock.unlock();
    }
  }

  private void refuse(ProtocolException violation) {
    String words = String.valueOf(violation.getMessage());
    Connection line = current();
    if (line != null) {
      line.send(SupervisorError.frame(0, SupervisorError.EPROTO, words));
    }
    tell(
        new SandboxLostException(
            "the sandbox's supervisor broke the protocol: " + words, violation));
    endAfterGrace(new SandboxLostException(words, violation));
  }

  private void endAfterGrace(SandboxException cause) {
    if (ending.compareAndSet(false, true)) {
      AFTER_GRACE.execute(() -> end(cause));
    }
  }

  private void end(SandboxException cause) {
    tell(cause);
    try {
      source.close();
      Connection open = current();
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot close " + name, e);
    }
  }

  /** Tells everybody that the channel has ended, once. */
  private void tell(SandboxException why) {
    SandboxException cause;
    Connection line;
    Optional<SandboxException> end;
    lock.lock();
    try {
      if (over) {
        return;
      }
      over = true;
      line = connection;
      cause = failure != null ? failure : why;
      end = orderly ? Optional.empty() : Optional.of(cause);
    } finally {
      lock.unlock();
    }
    greeted.completeExceptionally(cause);
    if (line != null) {
      line.finish();
      line.programs().lose(cause);
    }
    ended.complete(end);
  }
}

package org.libvirt.sandbox.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A running supervisor and the host's side of its channel. */
final class Guest implements AutoCloseable {
  static final int PLENTY = 1 << 30;
  private static final long PATIENCE_SECONDS = 30;
  private static final Frame END = Frame.of(-1, -1);

  /**
   * As libvirt does: a /dev that only this sandbox has. /mnt is free in the namespace that it runs
   * in.
   */
  private static final String PRIVATE_DEV =
      """
      set -e
      mount -t tmpfs -o mode=755 dev /mnt
      (cd /dev && cp -a null zero full random urandom tty console fd stdin stdout stderr /mnt)
      mkdir /mnt/pts /mnt/shm /mnt/sandbox
      ln -s pts/ptmx /mnt/ptmx
      mount --move /mnt /dev
      """;

  private final Process process;
  private final SocketChannel channel;
  private final Path directory;
  private final BlockingQueue<Frame> arrived = new LinkedBlockingQueue<>();
  private final Deque<Frame> passedOver = new ArrayDeque<>();

  private Guest(Process process, SocketChannel channel, Path directory) {
    this.process = process;
    this.channel = channel;
    this.directory = directory;
  }

  /** Starts a supervisor and takes its connection; nothing has been said yet. */
  static Guest silent(InitBuild build) throws IOException {
    return silent(build, "");
  }

  private static Guest silent(InitBuild build, String preparation) throws IOException {
    return silent(build, PRIVATE_DEV, preparation);
  }

  private static Guest silent(InitBuild build, String dev, String preparation) throws IOException {
    Path directory = Files.createTempDirectory("sandbox-guest");
    Path socket = directory.resolve("channel");
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      var process =
          new ProcessBuilder(
                  "unshare",
                  "--mount",
                  "--pid",
                  "--net",
                  "--ipc",
                  "--uts",
                  "--fork",
                  "--kill-child",
                  "--mount-proc",
                  "sh",
                  "-c",
                  dev + preparation + "\nexec \"$@\"",
                  "sh",
                  build.program().toString(),
                  "unix:" + socket)
              .inheritIO()
              .start();
      process.onExit().thenRun(() -> refuse(socket));
      var guest = new Guest(process, listener.accept(), directory);
      var reader = new Thread(guest::read, "guest-reader");
      reader.setDaemon(true);
      reader.start();
      return guest;
    }
  }

  /** Starts a supervisor and exchanges HELLO with it. */
  static Guest greeted(InitBuild build) throws IOException {
    return greeted(build, "");
  }

  /**
   * Starts a supervisor where a shell script has made mounts before, which are gone with it, and
   * exchanges HELLO with it.
   */
  static Guest greeted(InitBuild build, String preparation) throws IOException {
    var guest = silent(build, preparation);
    guest.send(Frame.hello(0));
    guest.await(Frame.HELLO, 0);
    return guest;
  }

  /** Starts a supervisor that has a terminal of this host as its /dev/tty2, and greets it. */
  static Guest withConsole(InitBuild build, Path terminal) throws IOException {
    String console = "touch /mnt/tty2\nmount --bind %s /mnt/tty2\n".formatted(terminal);
    var guest = silent(build, PRIVATE_DEV.replace("mount --move", console + "mount --move"), "");
    guest.send(Frame.hello(0));
    guest.await(Frame.HELLO, 0);
    return guest;
  }

  /** Wakes an accept that would wait for a supervisor that is gone; fails harmlessly after it. */
  private static void refuse(Path socket) {
    try (var caller = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      caller.finishConnect();
    } catch (IOException e) {
      // the supervisor had connected: nobody listens any more
    }
  }

  private void read() {
    try {
      while (true) {
        var header = fill(ByteBuffer.allocate(Frame.HEADER));
        int length = header.getInt();
        var frame =
            new Frame(
                header.getInt(),
                header.getInt(),
                header.getInt(),
                header.getInt(),
                fill(ByteBuffer.allocate(length - Frame.HEADER)).array());
        arrived.add(frame);
      }
    } catch (IOException e) {
      arrived.add(END);
    }
  }

  private ByteBuffer fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new IOException("the supervisor has closed the channel");
      }
    }
    return buffer.flip();
  }

  void send(Frame frame) throws IOException {
    sendRaw(frame.bytes());
  }

  void sendRaw(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** The next frame that fits, others kept for later calls. */
  Frame await(Predicate<Frame> wanted) {
    var kept = passedOver.iterator();
    while (kept.hasNext()) {
      var frame = kept.next();
      if (wanted.test(frame)) {
        kept.remove();
        return frame;
      }
    }
    while (true) {
      var frame = arrival();
      if (frame == null) {
        throw new AssertionError("the supervisor closed the channel first");
      }
      if (wanted.test(frame)) {
        return frame;
      }
      passedOver.add(frame);
    }
  }

  Frame await(int proc, int serial) {
    return await(frame -> frame.is(proc, serial));
  }

  /** The next frame in the order of arrival, or null at the end of the connection. */
  @Nullable Frame next() {
    var kept = passedOver.poll();
    return kept != null ? kept : arrival();
  }

  private @Nullable Frame arrival() {
    try {
      var frame = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (frame == null) {
        throw new AssertionError("no frame came in " + PATIENCE_SECONDS + " s");
      }
      return frame == END ? null : frame;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Reads up to the end of the connection: its last frame. */
  Frame last() {
    Frame last = END;
    for (Frame frame = next(); frame != null; frame = next()) {
      last = frame;
    }
    return last;
  }

  /** What the supervisor says to a record that it does not start. */
  Frame refusalOf(LaunchRecord record) throws IOException {
    start(0, record);
    Frame answer = await(f -> f.is(Frame.ERROR, 0) || f.is(Frame.STARTED, 0));
    if (answer.proc() == Frame.STARTED) {
      throw new AssertionError("started");
    }
    return answer;
  }

  void start(int serial, LaunchRecord record) throws IOException {
    send(Frame.of(Frame.START, serial, record.bytes()));
  }

  void credit(int serial, int stream, int bytes) throws IOException {
    send(Frame.ofNumbers(Frame.CREDIT, serial, stream, bytes));
  }

  /** Starts a program that may write as much as it likes. */
  void startFreely(int serial, LaunchRecord record) throws IOException {
    start(serial, record);
    credit(serial, Frame.STDOUT, PLENTY);
    credit(serial, Frame.STDERR, PLENTY);
    Frame answer = await(f -> f.is(Frame.STARTED, serial) || f.is(Frame.ERROR, serial));
    if (answer.proc() == Frame.ERROR) {
      throw new AssertionError("not started: " + answer.text(8));
    }
  }

  void stdin(int serial, String text) throws IOException {
    send(Frame.of(Frame.STDIN, serial, text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Runs a program as number 0 with that input to its end. */
  Outcome run(LaunchRecord record, String input) throws IOException {
    startFreely(0, record);
    if (!input.isEmpty()) {
      stdin(0, input);
    }
    stdin(0, "");
    return outcome(0);
  }

  Outcome run(LaunchRecord record) throws IOException {
    return run(record, "");
  }

  /** The whole output of a stream. */
  String drain(int serial, int stream) {
    var bytes = new ByteArrayOutputStream();
    for (Frame frame = await(stream, serial);
        frame.payload().length > 0;
        frame = await(stream, serial)) {
      bytes.writeBytes(frame.payload());
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Reads a stream until the text has come; returns all that was read. */
  String readUntil(int serial, int stream, String text) {
    var read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      read.append(await(stream, serial).text(0));
    }
    return read.toString();
  }

  Outcome outcome(int serial) {
    String stdout = drain(serial, Frame.STDOUT);
    String stderr = drain(serial, Frame.STDERR);
    return new Outcome(await(Frame.EXIT, serial).number(0), stdout, stderr);
  }

  /** Process ids, as this test sees them, of all below the supervisor, itself included. */
  List<ProcessHandle> processes() {
    return process.descendants().toList();
  }

  /** Waits for the end of the sandbox; the supervisor's exit status. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the sandbox has not ended in " + PATIENCE_SECONDS + " s");
    }
    return process.exitValue();
  }

  void hangUp() throws IOException {
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    try {
      awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(directory.resolve("channel"));
      Files.deleteIfExists(directory);
    }
  }
}

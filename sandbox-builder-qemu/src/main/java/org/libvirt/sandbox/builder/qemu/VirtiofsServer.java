package org.libvirt.sandbox.builder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.google.common.base.Splitter;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.NativeProgram;
import org.libvirt.sandbox.ProcessRights;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.IoProblem;
import org.libvirt.sandbox.config.Identity;

/**
 * The virtiofsd processes of one machine, run by this library's own program for that: it shows each
 * of them a view of its directory that the host's kernel restricts, and ends them with this
 * process.
 */
final class VirtiofsServer implements HostServer {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final Splitter WORDS = Splitter.on(' ');

  /** A server may be in the middle of a call that a dead file system does not answer. */
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private static final String READY = "ready";
  private static final String FAILED = "failed ";
  private static final String ENDED = "ended ";

  private final BuildRequest request;
  private final List<String> shares;
  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final Lock lock = new ReentrantLock();
  private @Nullable Process process;
  private volatile boolean closed;

  /** How many have not ended. */
  private int running;

  /** What one of them said last. */
  private String lastWords = "";

  /**
   * Servers, not started.
   *
   * @param count how many
   * @param shares what is shared, in the program's words
   */
  VirtiofsServer(BuildRequest request, int count, List<String> shares) {
    this.request = requireNonNull(request, "request");
    this.running = count;
    this.shares = List.copyOf(shares);
  }

  @Override
  public void start(Duration limit) {
    Process started = execute();
    Thread listener = new Thread(() -> listen(started.inputReader(UTF_8)), "sandbox-virtiofs");
    listener.setDaemon(true);
    listener.start();
    Optional<String> said = limit.isZero() ? Optional.empty() : answerWithin(limit);
    requireOpen();
    if (said.isEmpty()) {
      started.destroyForcibly();
      throw new SandboxLostException(
          "what serves directories by virtiofs was not ready within %s s; the file system of one may not answer"
              .formatted(limit.toMillis() / 1000.0));
    }
    requireReady(said.get());
  }

  private Optional<String> answerWithin(Duration limit) {
    return answer
        .thenApply(Optional::of)
        .completeOnTimeout(Optional.empty(), limit.toMillis(), MILLISECONDS)
        .join();
  }

  private void requireOpen() {
    if (closed) {
      throw new SandboxLostException("the sandbox was closed while it was being started");
    }
  }

  private static void requireReady(String answer) {
    if (!answer.equals(READY)) {
      throw new HostLacksException(
          "directories cannot be shared by virtiofs: %s; take 9p (sharing=9p, --share 9p) where the kernel has it"
              .formatted(answer.substring(FAILED.length())));
    }
  }

  private Process execute() {
    lock.lock();
    try {
      requireOpen();
      Process started = NativeProgram.execute(command());
      process = started;
      return started;
    } catch (IOException e) {
      throw new HostLacksException(
          "cannot start the virtiofs server in %s, which must be writable and on a file system without noexec: %s"
              .formatted(request.state().path(), IoProblem.words(e)),
          e);
    } finally {
      lock.unlock();
    }
  }

  /** What the servers say is read with the program's words: a file of it could be made to grow. */
  private ProcessBuilder command() throws IOException {
    Path program = NativeProgram.FILES.copyInto(request.state().path());
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(order());
    command.addAll(shares);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private List<String> order() {
    Path daemon =
        VirtiofsDaemon.find()
            .orElseThrow(() -> new HostLacksException("virtiofsd has gone from this host"));
    List<String> words = new ArrayList<>(List.of("server", daemon.toString()));
    words.addAll(List.of("place", request.state().secret("views").toString()));
    if (ProcessRights.ofThisProcess().mayMount()) {
      HypervisorUser.of(request.capabilities())
          .ifPresent(
              user ->
                  words.addAll(
                      List.of("owner", Long.toString(user.uid()), Long.toString(user.gid()))));
    } else {
      // who the program is in the machine, is the caller on the host
      Identity identity = request.config().identity();
      words.addAll(List.of("user", Long.toString(identity.uid()), Long.toString(identity.gid())));
    }
    return words;
  }

  /** Reads to the end of what is said; servers that end with their machine end well. */
  private void listen(BufferedReader said) {
    try (said) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        hear(line);
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the virtiofs server is not heard any more: {0}", e.getMessage());
    }
    answer.complete(FAILED + "its server was killed");
    if (running > 0) {
      fail("what serves its files was killed");
    }
  }

  private void hear(String line) {
    if (line.equals(READY) || line.startsWith(FAILED)) {
      answer.complete(line);
    } else if (line.startsWith(ENDED)) {
      end(WORDS.splitToList(line));
    } else {
      lastWords = line;
    }
  }

  private void end(List<String> words) {
    running--;
    String status = words.get(words.size() - 1);
    if (!status.equals("0")) {
      fail("virtiofsd, which serves its files, ended with wait status " + status);
    }
  }

  private void fail(String what) {
    if (!closed) {
      failed.complete(lastWords.isEmpty() ? what : what + ": " + lastWords);
    }
  }

  @Override
  public CompletableFuture<String> failed() {
    return failed;
  }

  @Override
  public void close() {
    closed = true;
    lock.lock();
    try {
      if (process != null) {
        end(process);
      }
    } finally {
      lock.unlock();
    }
  }

  private static void end(Process process) {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the virtiofs server has ended: {0}", e.getMessage());
    }
    try {
      Uninterruptibles.getUninterruptibly(process.onExit(), END_LIMIT);
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.DEBUG, "the virtiofs server does not end, and is killed", e);
      process.destroyForcibly();
    }
  }
}

package org.libvirt.sandbox.builder.qemu;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.NativeProgram;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.builder.BuildRequest;
import org.libvirt.sandbox.builder.HostServer;
import org.libvirt.sandbox.builder.IoProblem;

/**
 * What includes stand over in directories of this host, where there is nothing yet: empty files and
 * directories. A process of its own makes them and, when this one closes its input or ends in
 * whatever way, removes them again.
 */
final class HostPlaces implements HostServer {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");

  /** It may be in the middle of a call that a dead file system does not answer. */
  private static final Duration END_LIMIT = Duration.ofSeconds(5);

  private static final String ENDED = "the program that makes it has ended";

  private final BuildRequest request;
  private final List<String> words = new ArrayList<>();
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final CompletableFuture<String> answer = new CompletableFuture<>();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private volatile @Nullable Process holder;

  /** None so far. */
  HostPlaces(BuildRequest request) {
    this.request = request;
  }

  /**
   * Adds a place, if there is nothing. No symbolic link below the directory is followed.
   *
   * @param directory of this host
   * @param below where in it
   * @param content what will stand there
   */
  void add(Path directory, GuestPath below, Path content) {
    if (Files.notExists(Path.of(directory + below.toString()))) {
      words.add(Files.isDirectory(content) ? "d" : "f");
      words.add(directory.toString());
      words.add(below.toString());
    }
  }

  /** As what runs beside the machine, if there is anything to make. */
  Optional<HostServer> server() {
    return words.isEmpty() ? Optional.empty() : Optional.of(this);
  }

  /**
   * Makes them.
   *
   * @throws HostLacksException if one cannot be made
   */
  @Override
  public void start(Duration limit) {
    try {
      Process started =
          NativeProgram.execute(new ProcessBuilder(command()).redirectErrorStream(true));
      holder = started;
      listen(started);
    } catch (IOException e) {
      throw new HostLacksException("no places can be made for includes: " + IoProblem.words(e), e);
    }
    String problem =
        answer
            .thenApply(Optional::of)
            .completeOnTimeout(Optional.empty(), limit.toMillis(), MILLISECONDS)
            .join()
            .orElseThrow(
                () ->
                    new SandboxLostException(
                        "no places were made for includes within %s s; a directory's file system may not answer"
                            .formatted(limit.toMillis() / 1000.0)));
    if (!problem.isEmpty()) {
      throw new HostLacksException(
          "no place can be made for an include: %s; make it, or name another".formatted(problem));
    }
  }

  /** A thread of its own, as nothing else can stop to wait for what a process says. */
  private void listen(Process process) {
    Thread listener = new Thread(() -> read(process.inputReader()), "sandbox-places");
    listener.setDaemon(true);
    listener.start();
  }

  private void read(BufferedReader said) {
    try (said) {
      String line = said.readLine();
      answer.complete(line == null ? ENDED : line);
      said.lines().forEach(problem -> LOG.log(Level.WARNING, problem));
    } catch (IOException | UncheckedIOException e) {
      answer.complete(ENDED);
      LOG.log(Level.WARNING, "places of includes may be left: " + e.getMessage(), e);
    }
    ended.complete(true);
  }

  /** A machine has its copies without it: what is over a place is no matter of the process. */
  @Override
  public CompletableFuture<String> failed() {
    return failed;
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(request.state().config().resolve(request.state().initName()).toString());
    command.add("places");
    command.add(String.valueOf(request.config().identity().uid()));
    command.add(String.valueOf(request.config().identity().gid()));
    command.addAll(words);
    return command;
  }

  /** Removes them. A process that cannot yet, does when it can: nothing else would. */
  @Override
  public void close() {
    Process process = holder;
    holder = null;
    if (process == null) {
      return;
    }
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "what makes places has ended: {0}", e.getMessage());
    }
    if (!ended.copy().completeOnTimeout(false, END_LIMIT.toMillis(), MILLISECONDS).join()) {
      LOG.log(
          Level.WARNING,
          "process {0} does not answer, and will remove the places of includes when it can",
          String.valueOf(process.pid()));
    }
  }
}

package org.libvirt.sandbox.benchmarks;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A command that runs a program with the host's files as its root, for sandboxes to stand beside.
 *
 * @param name as a table has it
 * @param words what comes before the program's own command line
 */
record Peer(String name, List<String> words) {
  /** The program of a run that does nothing. */
  static final String PROGRAM = "/bin/true";

  static final Peer PROCESS = new Peer("ProcessBuilder, no sandbox", List.of());

  static final Peer UNSHARE =
      new Peer(
          "unshare, all namespaces",
          List.of("unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup", "--fork"));

  static final Peer BUBBLEWRAP =
      new Peer(
          "bwrap --ro-bind / / --unshare-all",
          List.of("bwrap", "--ro-bind", "/", "/", "--unshare-all"));

  static final Peer NSPAWN =
      new Peer(
          "systemd-nspawn -D / --volatile=yes",
          List.of(
              "systemd-nspawn", "-q", "--register=no", "--keep-unit", "-D", "/", "--volatile=yes"));

  Peer {
    words = List.copyOf(words);
  }

  /** Why it cannot be run here; empty if it can be. */
  Optional<String> whyMissing() throws IOException, InterruptedException {
    if (!words.isEmpty() && !isOnPath(words.get(0))) {
      return Optional.of(words.get(0) + " is not installed");
    }
    int status = start(PROGRAM).waitFor();
    return status == 0 ? Optional.empty() : Optional.of("ends with status " + status);
  }

  private static boolean isOnPath(String command) {
    return Splitter.on(File.pathSeparatorChar)
        .splitToStream(System.getenv().getOrDefault("PATH", "/usr/bin:/bin"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory).resolve(command)));
  }

  /** Starts a program that gets nothing to read, and whose output goes nowhere. */
  Process start(String... command) throws IOException {
    return new ProcessBuilder(command(command))
        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start();
  }

  /**
   * How long a program that does nothing takes to its end.
   *
   * @return milliseconds
   */
  double run() throws IOException, InterruptedException {
    long start = System.nanoTime();
    int status = start(PROGRAM).waitFor();
    double millis = (System.nanoTime() - start) / 1e6;
    if (status != 0) {
      throw new IOException(name + " ended with " + status);
    }
    return millis;
  }

  /** The whole command line of a program. */
  List<String> command(String... command) {
    List<String> whole = new ArrayList<>(words);
    whole.addAll(List.of(command));
    return whole;
  }

  /** Adds those to turns that are here, and says of the others why they are not. */
  static void addAll(List<Peer> peers, Turns turns, Table table)
      throws IOException, InterruptedException {
    for (Peer peer : peers) {
      Optional<String> reason = peer.whyMissing();
      if (reason.isPresent()) {
        table.addMissing(peer.name, reason.get());
      } else {
        turns.add(peer.name, peer::run);
      }
    }
  }
}

package org.libvirt.sandbox.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/** How long fifty programs at once take, each in a sandbox of its own, until the last has ended. */
final class Crowd {
  private static final int SIZE = 50;

  private final SandboxConnection connection;
  private final ExecutorService threads;

  private Crowd(SandboxConnection connection, ExecutorService threads) {
    this.connection = connection;
    this.threads = threads;
  }

  static List<Table> measure(SandboxConnection connection, int runs) throws Exception {
    Table table =
        new Table("Fifty at once: from the first start until all fifty are gone again", "ms");
    ExecutorService threads = Executors.newFixedThreadPool(SIZE);
    try {
      Crowd crowd = new Crowd(connection, threads);
      Turns turns = new Turns().add("sandboxes", () -> crowd.run(crowd::sandbox));
      for (Peer peer : List.of(Peer.NSPAWN, Peer.BUBBLEWRAP, Peer.UNSHARE, Peer.PROCESS)) {
        crowd.add(peer, turns, table);
      }
      turns.run(1, runs, table);
    } finally {
      threads.shutdownNow();
    }
    return List.of(table);
  }

  private void add(Peer peer, Turns turns, Table table) throws IOException, InterruptedException {
    peer.whyMissing()
        .ifPresentOrElse(
            reason -> table.addMissing(peer.name(), reason),
            () -> turns.add(peer.name(), () -> runOf(peer)));
  }

  /** Once more where one fails: of some 1500 of systemd-nspawn one did. */
  private double runOf(Peer peer) throws Exception {
    try {
      return run(peer::run);
    } catch (ExecutionException e) {
      return run(peer::run);
    }
  }

  private double run(Callable<Double> one) throws Exception {
    long start = System.nanoTime();
    List<Future<Double>> all = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      all.add(threads.submit(one));
    }
    for (Future<Double> each : all) {
      each.get();
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private double sandbox() {
    InteractiveConfig config = InteractiveConfig.builder().command(Peer.PROGRAM).build();
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      ExitStatus status = sandbox.console().exited().join();
      if (!status.isSuccess()) {
        throw new IllegalStateException(Peer.PROGRAM + " ended with " + status);
      }
    }
    return 0;
  }
}

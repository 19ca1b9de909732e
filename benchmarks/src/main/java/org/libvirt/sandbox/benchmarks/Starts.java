package org.libvirt.sandbox.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.SandboxDomain;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * How long a warm JVM waits for the exit status of a program that does nothing, and for the sandbox
 * to be gone, beside libvirt's bare call and other commands; and the stages of a start.
 */
final class Starts {
  private static final int WARM_UP = 100;

  /** Of a line in /proc/PID/status: a set of signals follows. */
  private static final String CAUGHT = "SigCgt:\t";

  private static final long SIGTERM = 1L << 14;
  private static final String SANDBOX = "sandbox: start() to ExitStatus";
  private static final String BARE =
      "virDomainCreateXML of a bare container, its program not awaited";

  private final SandboxConnection connection;
  private final Table toStatus =
      new Table("A program that does nothing, from a warm JVM to its exit status", "ms");
  private final Table toGone =
      new Table("The same until nothing of it is left, and what of that follows the status", "ms");
  private final Table ratio = new Table("The start beside the bare call of the same turn", "");
  private final Table stages = new Table("The stages of the start", "ms after start()");
  private double bareMillis;
  private double wholeMillis;
  private boolean isCounted;

  private Starts(SandboxConnection connection) {
    this.connection = connection;
  }

  static List<Table> measure(SandboxConnection connection, int runs) throws Exception {
    return new Starts(connection).measure(runs);
  }

  private List<Table> measure(int runs) throws Exception {
    Turns turns = new Turns().add(SANDBOX, this::whole).add(BARE, this::bare);
    Peer.addAll(List.of(Peer.NSPAWN, Peer.BUBBLEWRAP, Peer.UNSHARE, Peer.PROCESS), turns, toStatus);
    turns.run(WARM_UP, 0, toStatus);
    isCounted = true;
    turns.run(0, runs, toStatus);
    isCounted = false;
    stages(runs);
    return List.of(toStatus, ratio, toGone, stages);
  }

  /** In runs of their own, as telling of them takes time, too. */
  private void stages(int runs) {
    StageTimes times = StageTimes.listen();
    for (int i = 0; i < runs; i++) {
      long start = System.nanoTime();
      whole();
      times.all(start).forEach(stages::add);
    }
    times.end();
  }

  private double whole() {
    InteractiveConfig config = InteractiveConfig.builder().command(Peer.PROGRAM).build();
    long start = System.nanoTime();
    double status;
    try (InteractiveContext sandbox = InteractiveContext.start(connection, config)) {
      ExitStatus end = sandbox.console().exited().join();
      status = millisSince(start);
      if (!end.isSuccess()) {
        throw new IllegalStateException(Peer.PROGRAM + " ended with " + end);
      }
    }
    double gone = millisSince(start);
    wholeMillis = status;
    if (isCounted) {
      toGone.add("sandbox: start() to the end of close()", gone);
      toGone.add("sandbox: ExitStatus to the end of close()", gone - status);
    }
    pair();
    return status;
  }

  /** Its program ends when libvirt first asks it to, as ours does; else that takes 1.8 s. */
  private double bare() throws IOException {
    UUID uuid = UUID.randomUUID();
    String xml =
        """
        <domain type='lxc'>
          <name>bare-%s</name>
          <uuid>%1$s</uuid>
          <memory unit='KiB'>524288</memory>
          <features><privnet/></features>
          <os>
            <type>exe</type><init>/bin/sh</init><initarg>-c</initarg>
            <initarg>trap exit TERM; sleep 1000 &amp; wait</initarg>
          </os>
          <devices>
            <filesystem type='mount'><source dir='/'/><target dir='/'/><readonly/></filesystem>
            <console type='pty'/>
          </devices>
        </domain>
        """
            .formatted(uuid);
    long start = System.nanoTime();
    SandboxDomain domain = connection.createDomain(xml, uuid);
    double created = millisSince(start);
    awaitTrap(domain.firstProcess().orElseThrow());
    long end = System.nanoTime();
    domain.destroy();
    if (isCounted) {
      toGone.add("the bare container: virDomainDestroy alone", millisSince(end));
    }
    bareMillis = created;
    pair();
    return created;
  }

  /** Waits until a shell catches the signal that it is to end by. */
  private static void awaitTrap(long shell) throws IOException {
    Path status = Path.of("/proc", Long.toString(shell), "status");
    while (Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(CAUGHT))
        .noneMatch(
            line ->
                (Long.parseUnsignedLong(line, CAUGHT.length(), line.length(), 16) & SIGTERM)
                    != 0)) {
      LockSupport.parkNanos(100_000);
    }
  }

  /** Whichever of both came second in its turn. */
  private void pair() {
    if (bareMillis == 0 || wholeMillis == 0) {
      return;
    }
    if (isCounted) {
      ratio.add("start() to ExitStatus / virDomainCreateXML", wholeMillis / bareMillis);
    }
    bareMillis = 0;
    wholeMillis = 0;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}

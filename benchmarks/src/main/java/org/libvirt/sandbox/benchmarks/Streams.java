package org.libvirt.sandbox.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.benchmarks.Carrier.Program;

/**
 * How many bytes a second go out of a program, into one, and through one and back, on each carrier;
 * how long one byte takes there and back; and what the JVM allocates for each megabyte.
 */
final class Streams {
  private static final int CHUNK = 256 * 1024;
  private static final int MEGABYTE = 1_000_000;
  private static final int WARM_UP = 3;
  private static final int ECHOES_WARM_UP = 2000;
  private static final int ECHOES = 1000;

  /**
   * How much goes through in one run: about a quarter of a second, and never less than a window.
   */
  private static final Map<String, Integer> MEGABYTES = new LinkedHashMap<>();

  private static final String SOCKET = "sandbox, Unix socket (the default)";
  private static final String TERMINAL = "sandbox, Unix socket, the program at a terminal (pty)";
  private static final String STREAM = "sandbox, libvirt stream (pty)";
  private static final String PIPES = "no sandbox: ProcessBuilder's pipes";

  static {
    MEGABYTES.put(SOCKET, 256);
    MEGABYTES.put(TERMINAL, 8);
    MEGABYTES.put(STREAM, 4);
    MEGABYTES.put(PIPES, 256);
  }

  private final Map<String, Carrier> carriers = new LinkedHashMap<>();
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Table allocation =
      new Table("Allocated by the JVM for each megabyte moved by the default carrier", "KB");

  private Streams(SandboxConnection connection) {
    carriers.put(SOCKET, Carrier.of(connection, ChannelKind.UNIX_SOCKET, false));
    carriers.put(TERMINAL, Carrier.of(connection, ChannelKind.UNIX_SOCKET, true));
    carriers.put(STREAM, Carrier.of(connection, ChannelKind.LIBVIRT_STREAM, false));
    carriers.put(PIPES, Carrier.PIPES);
  }

  static List<Table> measure(SandboxConnection connection, int runs) throws Exception {
    Streams streams = new Streams(connection);
    return List.of(
        streams.all("Out: the program writes", "MB/s", runs, streams::out),
        streams.all("In: the program reads", "MB/s", runs, streams::in),
        streams.all("Round trip: through cat and back", "MB/s", runs, streams::roundTrip),
        streams.echoes(runs),
        streams.allocation);
  }

  /** Measures one carrier once. */
  private interface Way {
    double take(String name, Carrier carrier) throws Exception;
  }

  private Table all(String title, String unit, int runs, Way way) throws Exception {
    Table table = new Table(title, unit);
    Turns turns = new Turns();
    carriers.forEach((name, carrier) -> turns.add(name, () -> way.take(name, carrier)));
    turns.run(WARM_UP, runs, table);
    return table;
  }

  private double out(String name, Carrier carrier) throws IOException {
    long size = (long) MEGABYTES.getOrDefault(name, 1) * MEGABYTE;
    try (Program program = carrier.start(List.of("/usr/bin/head", "-c", "" + size, "/dev/zero"))) {
      long allocated = allocated();
      long start = System.nanoTime();
      read(program.stdout(), size);
      double speed = speed(size, start);
      addAllocation(name, "out", allocated() - allocated, size);
      return speed;
    }
  }

  private void addAllocation(String name, String direction, long allocated, long size) {
    if (name.equals(SOCKET)) {
      allocation.add(direction, allocated / 1e3 / (size / 1e6));
    }
  }

  private double in(String name, Carrier carrier) throws IOException {
    long size = (long) MEGABYTES.getOrDefault(name, 1) * MEGABYTE;
    String quiet = name.equals(TERMINAL) ? "stty raw -echo; echo; " : "echo; ";
    String script = quiet + "exec head -c " + size + " >/dev/null";
    try (Program program = carrier.start(List.of("/bin/sh", "-c", script))) {
      awaitLine(program.stdout());
      long allocated = allocated();
      long start = System.nanoTime();
      write(program.stdin(), size);
      program.end();
      double speed = speed(size, start);
      addAllocation(name, "in", allocated() - allocated, size);
      return speed;
    }
  }

  private double roundTrip(String name, Carrier carrier) throws IOException {
    long size = (long) MEGABYTES.getOrDefault(name, 1) * MEGABYTE;
    try (Program program = carrier.start(cat(name))) {
      awaitLine(program.stdout());
      long start = System.nanoTime();
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                try {
                  write(program.stdin(), size);
                } catch (IOException e) {
                  throw new CompletionException(e);
                }
              });
      read(program.stdout(), size);
      writer.join();
      return speed(size, start);
    }
  }

  /** Tells by an empty line that it reads. */
  private static List<String> cat(String name) {
    String quiet = name.equals(TERMINAL) ? "stty raw -echo; echo; " : "echo; ";
    return List.of("/bin/sh", "-c", quiet + "exec cat");
  }

  private Table echoes(int runs) throws Exception {
    Table table = new Table("One byte to cat and back, the median of %d".formatted(ECHOES), "µs");
    Map<String, Program> programs = new LinkedHashMap<>();
    try {
      Turns turns = new Turns();
      for (var entry : carriers.entrySet()) {
        Program program = entry.getValue().start(cat(entry.getKey()));
        programs.put(entry.getKey(), program);
        awaitLine(program.stdout());
        echo(program, ECHOES_WARM_UP);
        turns.add(entry.getKey(), () -> echo(program, ECHOES));
      }
      turns.run(1, runs, table);
    } finally {
      programs.values().forEach(Program::close);
    }
    return table;
  }

  private static double echo(Program program, int times) throws IOException {
    double[] micros = new double[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      program.stdin().write('x');
      program.stdin().flush();
      if (program.stdout().read() != 'x') {
        throw new IOException("cat gave another byte back");
      }
      micros[i] = (System.nanoTime() - start) / 1e3;
    }
    java.util.Arrays.sort(micros);
    return micros[times / 2];
  }

  private static void awaitLine(InputStream stdout) throws IOException {
    int got = stdout.read();
    while (got != '\n') {
      if (got < 0) {
        throw new IOException("the program ended before it had begun");
      }
      got = stdout.read();
    }
  }

  private static void read(InputStream stdout, long size) throws IOException {
    byte[] chunk = new byte[CHUNK];
    long left = size;
    while (left > 0) {
      int got = stdout.read(chunk, 0, (int) Math.min(CHUNK, left));
      if (got < 0) {
        throw new IOException(left + " bytes of " + size + " are missing");
      }
      left -= got;
    }
  }

  private static void write(OutputStream stdin, long size) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long left = size; left > 0; left -= CHUNK) {
      stdin.write(chunk, 0, (int) Math.min(CHUNK, left));
    }
    stdin.flush();
  }

  /** Bytes that all threads which live now have allocated. */
  private long allocated() {
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  private static double speed(long size, long start) {
    return size / 1e6 / ((System.nanoTime() - start) / 1e9);
  }
}

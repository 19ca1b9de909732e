package org.libvirt.sandbox.benchmarks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.libvirt.sandbox.SandboxConnection;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.context.InteractiveContext;

/**
 * How a start grows with the number of sandboxes that run beside it, and what memory each of these
 * takes while its program waits for input.
 */
final class Growth {
  private static final int WARM_UP = 30;
  private static final int CLOSERS = 8;

  private final SandboxConnection connection;
  private final Deque<InteractiveContext> running = new ArrayDeque<>();
  private final Table starts =
      new Table("A start while others run, their programs idle, in tenths of the way", "ms");
  private final Table ratio = new Table("The last tenth of these starts beside the first", "");
  private final Table memory = new Table("Memory of an idle sandbox", "KiB");

  private Growth(SandboxConnection connection) {
    this.connection = connection;
  }

  /**
   * Measures.
   *
   * @param most how many run in the end, in tens
   */
  static List<Table> measure(SandboxConnection connection, int most) throws Exception {
    Growth growth = new Growth(connection);
    try {
      growth.grow(most);
    } finally {
      growth.close();
    }
    return List.of(growth.starts, growth.ratio, growth.memory);
  }

  private void grow(int most) throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      start().close();
    }
    long heap = Memory.heap();
    Memory jvm = Memory.of(ProcessHandle.current().pid());
    for (int i = 0; i < most; i++) {
      long start = System.nanoTime();
      InteractiveContext sandbox = start();
      running.add(sandbox);
      starts.add(tenth(i, most), (System.nanoTime() - start) / 1e6);
    }
    List<Sample> tenths = List.copyOf(starts.samples().values());
    double last = tenths.get(tenths.size() - 1).median();
    ratio.add("median / median", last / tenths.get(0).median());
    memory.add("JVM: heap in use", (Memory.heap() - heap) / 1024.0 / most);
    memory.add(
        "JVM: resident, the heap's room in it",
        (double) (Memory.of(ProcessHandle.current().pid()).resident() - jvm.resident()) / most);
    for (InteractiveContext sandbox : running) {
      Guest guest = Guest.of(sandbox.name());
      memory.add("guest: supervisor and reaper, proportional (PSS)", (double) guest.proportional());
      memory.add("guest: the same, theirs alone (USS)", (double) guest.own());
      memory.add("host: libvirt's controller, proportional (PSS)", (double) guest.controller());
    }
  }

  private static String tenth(int number, int most) {
    int size = Math.max(1, most / 10);
    int begin = number / size * size;
    return "%d to %d run".formatted(begin, Math.min(begin + size, most) - 1);
  }

  private InteractiveContext start() {
    return InteractiveContext.start(
        connection, InteractiveConfig.builder().command("/bin/cat").build());
  }

  /** By several threads: libvirt takes 0.2 s for each. */
  private void close() throws InterruptedException {
    ExecutorService closers = Executors.newFixedThreadPool(CLOSERS);
    running.forEach(sandbox -> closers.execute(sandbox::close));
    closers.shutdown();
    if (!closers.awaitTermination(10, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the sandboxes do not end");
    }
  }
}

package org.libvirt.sandbox.console;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.config.Resources;

/**
 * Ends a program whose time is over. Nobody has to close it: it forgets a program that has ended.
 */
final class ProgramWatch {
  private static final Logger LOG = System.getLogger("org.libvirt.sandbox");
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  /** How long a program has to end by itself when its time is over. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** The processor time of a sandbox is asked for no more often than this. */
  private static final Duration SHORTEST = Duration.ofMillis(100);

  /** And for no longer than this an ended program is remembered. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final int PERCENT = 100;

  private final RpcConsole console;
  private final Supplier<Duration> processorTime;
  private final Resources resources;
  private final CompletableFuture<ExitStatus> exited;

  private ProgramWatch(RpcConsole console, Supplier<Duration> processorTime, Resources resources) {
    this.console = console;
    this.processorTime = processorTime;
    this.resources = resources;
    exited = console.exited();
  }

  /** Begins with a program that has just been started. */
  static void begin(RpcConsole console, Supplier<Duration> processorTime, Resources resources) {
    ProgramWatch watch = new ProgramWatch(console, processorTime, resources);
    resources.time().ifPresent(time -> watch.after(time, watch::end));
    resources.cpuTime().ifPresent(time -> inItsOwnThread(() -> watch.look(watch.used(), time)));
  }

  private void end() {
    console.signal(SIGTERM, SandboxLimit.TIME);
    after(GRACE, () -> console.signal(SIGKILL, SandboxLimit.TIME));
  }

  private void after(Duration delay, Runnable step) {
    console
        .exited()
        .orTimeout(delay.toNanos(), NANOSECONDS)
        .whenComplete(
            (status, failure) -> {
              if (failure instanceof TimeoutException) {
                inItsOwnThread(step);
              }
            });
  }

  /** Looks at the processor time, and again when the limit may be reached at the earliest. */
  private void look(Duration before, Duration limit) {
    if (exited.isDone()) {
      return;
    }
    Duration left = limit.minus(used().minus(before));
    if (left.isNegative() || left.isZero()) {
      console.signal(SIGKILL, SandboxLimit.CPU_TIME);
      return;
    }
    Duration earliest = left.multipliedBy(PERCENT).dividedBy(percent());
    long interval =
        Math.min(LONGEST.toNanos(), Math.max(SHORTEST.toNanos(), earliest.toMillis() * 1_000_000));
    CompletableFuture.delayedExecutor(interval, NANOSECONDS, ProgramWatch::inItsOwnThread)
        .execute(() -> look(before, limit));
  }

  /** Nothing where libvirt does not tell: a daemon may be starting again, or the sandbox gone. */
  private Duration used() {
    try {
      return processorTime.get();
    } catch (SandboxException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "the processor time of a sandbox: {0}", e.getMessage());
      return Duration.ZERO;
    }
  }

  /** How fast processor time can pass. */
  private int percent() {
    int all = HostProcessors.count() * PERCENT;
    int own = resources.processors().orElse(all) * PERCENT;
    return Math.max(1, Math.min(Math.min(all, own), resources.cpuQuota().orElse(all)));
  }

  private static void inItsOwnThread(Runnable step) {
    Thread thread = new Thread(step, "sandbox-limit");
    thread.setDaemon(true);
    thread.start();
  }
}

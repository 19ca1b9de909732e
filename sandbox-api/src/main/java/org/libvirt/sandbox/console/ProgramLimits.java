package org.libvirt.sandbox.console;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ExitStatus;
import org.libvirt.sandbox.SandboxLimit;
import org.libvirt.sandbox.config.Resources;

/** What a program may not exceed, and what of it it has run into. */
final class ProgramLimits {
  private static final int SIGKILL = 9;
  private static final int SIGXCPU = 24;
  private static final int SIGXFSZ = 25;

  /** What ticks may err by: a tenth. */
  private static final int SLACK = 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<SandboxLimit> reached = EnumSet.noneOf(SandboxLimit.class);
  private final @Nullable Duration cpuTime;
  private final boolean hasFileSize;
  private long outputLeft;

  /** The limit that the host ends the program for: the first, as its signal may be the last. */
  private @Nullable SandboxLimit cause;

  private ProgramLimits(Resources resources) {
    cpuTime = resources.cpuTime().orElse(null);
    hasFileSize = resources.fileSize().isPresent();
    outputLeft = resources.output().orElse(Long.MAX_VALUE);
  }

  static ProgramLimits of(Resources resources) {
    return new ProgramLimits(resources);
  }

  static ProgramLimits none() {
    return of(Resources.standard());
  }

  /** How many of so many bytes more the program may write; fewer than all reach the limit. */
  int grant(int bytes) {
    lock.lock();
    try {
      int granted = (int) Math.min(bytes, outputLeft);
      outputLeft -= granted;
      if (granted < bytes) {
        endFor(SandboxLimit.OUTPUT);
      }
      return granted;
    } finally {
      lock.unlock();
    }
  }

  /** Takes note that the program is sent a signal for a limit. */
  void endFor(SandboxLimit limit) {
    lock.lock();
    try {
      reached.add(limit);
      if (cause == null) {
        cause = limit;
      }
    } finally {
      lock.unlock();
    }
  }

  /** All limits that were reached so far. */
  Set<SandboxLimit> reached() {
    lock.lock();
    try {
      return reached.isEmpty() ? Set.of() : EnumSet.copyOf(reached);
    } finally {
      lock.unlock();
    }
  }

  /** The program's end, with the limit that brought it about. */
  ExitStatus explain(ExitReport report) {
    lock.lock();
    try {
      ResourceUsage usage = report.usage();
      boolean outOfMemory = usage != null && usage.outOfMemory();
      if (outOfMemory) {
        reached.add(SandboxLimit.MEMORY);
      }
      if (!(report.status() instanceof ExitStatus.Signaled end)) {
        return report.status();
      }
      SandboxLimit limit = limitOf(end.signal(), usage);
      if (limit == null) {
        return end;
      }
      reached.add(limit);
      return end.by(limit);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable SandboxLimit limitOf(int signal, @Nullable ResourceUsage usage) {
    if (cause != null) {
      return cause;
    }
    return switch (signal) {
      case SIGKILL -> usage != null && usage.outOfMemory() ? SandboxLimit.MEMORY : null;
      case SIGXCPU -> usage != null && isUsedUp(usage) ? SandboxLimit.CPU_TIME : null;
      case SIGXFSZ -> hasFileSize ? SandboxLimit.FILE_SIZE : null;
      default -> null;
    };
  }

  /**
   * Whether the kernel can have sent SIGXCPU: a program can send it to itself at any time. The
   * kernel counts whole ticks for it, and tells more exactly what a process has used.
   */
  private boolean isUsedUp(ResourceUsage usage) {
    Duration used = usage.userTime().plus(usage.systemTime());
    return cpuTime != null && used.compareTo(cpuTime.minus(cpuTime.dividedBy(SLACK))) >= 0;
  }
}

package org.libvirt.sandbox.builder;

import java.time.Duration;
import java.util.OptionalInt;
import org.libvirt.sandbox.config.Resources;

/** What Linux limits a process by, with the kernel's numbers of it (setrlimit(2)). */
enum ProcessLimit {
  /** Processor time in seconds. */
  CPU_TIME(0),
  /** The size of a file in bytes. */
  FILE_SIZE(1),
  /** The size of a core dump in bytes. */
  CORE_SIZE(4),
  /** The processes and threads of the user, on the whole host. */
  PROCESSES(6),
  /** Open files of one process. */
  OPEN_FILES(7);

  /** What a login has, and a service of systemd: programs that use select(2) rely on it. */
  private static final int USUAL_OPEN_FILES = 1024;

  /** To the supervisor: as far as it has it itself, which its host has set. */
  private static final long AS_SUPERVISOR = -1;

  /**
   * A core dump would go to a handler of the host's, run outside of the sandbox by root, whatever
   * the limit says: but not where it says 1 (core(5) has that for handlers that crash themselves).
   */
  private static final int NO_CORE = 1;

  private final int number;

  ProcessLimit(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /**
   * Adds those of a config to a record. They do not depend on those of this process or of libvirt's
   * daemon, except for how far they can be raised, and for what is not limited at all.
   */
  static void addTo(LaunchRecord.Builder record, Resources resources) {
    record.limit(CORE_SIZE, NO_CORE, NO_CORE);
    OptionalInt openFiles = resources.openFiles();
    record.limit(
        OPEN_FILES,
        openFiles.orElse(USUAL_OPEN_FILES),
        openFiles.isPresent() ? openFiles.getAsInt() : AS_SUPERVISOR);
    resources.fileSize().ifPresent(bytes -> record.limit(FILE_SIZE, bytes, bytes));
    resources.cpuTime().ifPresent(time -> limitCpuTime(record, time));
  }

  /**
   * Behind the host's look at the whole sandbox, for the time that nobody can ask libvirt: SIGXCPU
   * first, which a process can stand, then SIGKILL.
   */
  private static void limitCpuTime(LaunchRecord.Builder record, Duration time) {
    long seconds = time.plusSeconds(1).toSeconds() + 1;
    record.limit(CPU_TIME, seconds, seconds + 1);
  }
}

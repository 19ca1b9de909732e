package org.libvirt.sandbox.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How much of its host a sandbox may use.
 *
 * <p>{@link #standard()} is the start; the {@code with} methods give new values:
 *
 * <pre>{@code
 * Resources.standard().withMemory(1L << 30).withProcessors(2).withProcesses(100)
 * }</pre>
 */
public final class Resources {
  /** The memory of a sandbox for which nothing else is said, in bytes: 512 MiB. */
  public static final long STANDARD_MEMORY = 512L << 20;

  /**
   * The processes and threads of a container for which nothing else is said: 2048, podman's number,
   * which large build tools stay below, and 16 sandboxes full of them fit into a host's 32768.
   */
  public static final int STANDARD_PROCESSES = 2048;

  private static final long LEAST_MEMORY = 1L << 20;
  private static final int MOST_PROCESSORS = 65_535; // by libvirt's schema
  private static final int LEAST_OPEN_FILES = 16; // what a C library needs to start a program
  private static final int MOST_OPEN_FILES = 1 << 20; // Linux's own most, fs.nr_open
  private static final Resources STANDARD = new Resources(new Draft());

  private final @Nullable Long memory;
  private final @Nullable Integer processors;
  private final @Nullable Integer cpuQuota;
  private final @Nullable Integer processes;
  private final @Nullable Integer openFiles;
  private final @Nullable Long fileSize;
  private final @Nullable Long output;
  private final @Nullable Duration time;
  private final @Nullable Duration cpuTime;
  private final Acceleration acceleration;
  private final FileSharing sharing;

  /** What resources are made of, one by one. */
  private static final class Draft {
    private @Nullable Long memory;
    private @Nullable Integer processors;
    private @Nullable Integer cpuQuota;
    private @Nullable Integer processes;
    private @Nullable Integer openFiles;
    private @Nullable Long fileSize;
    private @Nullable Long output;
    private @Nullable Duration time;
    private @Nullable Duration cpuTime;
    private Acceleration acceleration = Acceleration.AUTO;
    private FileSharing sharing = FileSharing.AUTO;
  }

  private Resources(Draft draft) {
    memory = draft.memory;
    processors = draft.processors;
    cpuQuota = draft.cpuQuota;
    processes = draft.processes;
    openFiles = draft.openFiles;
    fileSize = draft.fileSize;
    output = draft.output;
    time = draft.time;
    cpuTime = draft.cpuTime;
    acceleration = draft.acceleration;
    sharing = draft.sharing;
  }

  private Resources with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.memory = memory;
    draft.processors = processors;
    draft.cpuQuota = cpuQuota;
    draft.processes = processes;
    draft.openFiles = openFiles;
    draft.fileSize = fileSize;
    draft.output = output;
    draft.time = time;
    draft.cpuTime = cpuTime;
    draft.acceleration = acceleration;
    draft.sharing = sharing;
    change.accept(draft);
    return new Resources(draft);
  }

  /**
   * What a sandbox has of which nothing is said; the default.
   *
   * @return resources of which nothing is given
   */
  public static Resources standard() {
    return STANDARD;
  }

  /**
   * These resources, with a limit of memory.
   *
   * @param bytes the most memory of the whole sandbox, 1 MiB or more; libvirt counts in KiB
   * @return resources
   * @throws IllegalArgumentException if it is less
   */
  public Resources withMemory(long bytes) {
    if (bytes < LEAST_MEMORY) {
      throw new IllegalArgumentException(
          "memory of %d bytes; write %d (1 MiB) or more".formatted(bytes, LEAST_MEMORY));
    }
    return with(draft -> draft.memory = bytes);
  }

  /**
   * These resources, with a number of processors: those of a machine, and for a container the time
   * of as many.
   *
   * @param count 1 to 65535, which is libvirt's limit
   * @return resources
   * @throws IllegalArgumentException if it is less or more
   */
  public Resources withProcessors(int count) {
    if (count > MOST_PROCESSORS) {
      throw new IllegalArgumentException(
          "number of processors %d; write at most %d".formatted(count, MOST_PROCESSORS));
    }
    return with(draft -> draft.processors = positive("number of processors", count));
  }

  /**
   * These resources, with a limit of processor time.
   *
   * @param percent the most time of the whole sandbox in percent of one processor: 150 is the time
   *     of one and a half; 1 or more
   * @return resources
   * @throws IllegalArgumentException if it is less
   */
  public Resources withCpuQuota(int percent) {
    return with(draft -> draft.cpuQuota = positive("CPU quota", percent));
  }

  /**
   * These resources, with a limit of processes. A program that would start one more is refused
   * (EAGAIN) and runs on.
   *
   * @param count the most processes and threads of the sandbox at a time, 1 or more; a virtual
   *     machine counts those of the program's user, who must not be root
   * @return resources
   * @throws IllegalArgumentException if it is less
   */
  public Resources withProcesses(int count) {
    return with(draft -> draft.processes = positive("number of processes", count));
  }

  /**
   * These resources, with a limit of open files.
   *
   * @param count the most files, sockets and pipes that one process has open, 16 to 1048576; more
   *     than libvirt's daemon may have itself can be refused at the start
   * @return resources
   * @throws IllegalArgumentException if it is less or more
   */
  public Resources withOpenFiles(int count) {
    if (count < LEAST_OPEN_FILES || count > MOST_OPEN_FILES) {
      throw new IllegalArgumentException(
          "number of open files %d; write %d to %d"
              .formatted(count, LEAST_OPEN_FILES, MOST_OPEN_FILES));
    }
    return with(draft -> draft.openFiles = count);
  }

  /**
   * These resources, with a limit of the size of files. A process that writes further gets SIGXFSZ,
   * which ends it unless it takes care of that.
   *
   * @param bytes the largest that a file can become, 1 or more; also one in memory
   * @return resources
   * @throws IllegalArgumentException if it is less
   */
  public Resources withFileSize(long bytes) {
    return with(draft -> draft.fileSize = positive("file size", bytes));
  }

  /**
   * These resources, with a limit of what the program writes to its outputs. One that writes more
   * is killed, and its outputs end with what is within the limit.
   *
   * @param bytes the most of standard output and error together, 1 or more
   * @return resources
   * @throws IllegalArgumentException if it is less
   */
  public Resources withOutput(long bytes) {
    return with(draft -> draft.output = positive("output", bytes));
  }

  /**
   * These resources, with a limit of time. A program that runs longer gets SIGTERM, and a second
   * later SIGKILL.
   *
   * @param limit how long the program may run, more than nothing and at most 999999999 seconds; its
   *     sandbox's start does not count
   * @return resources
   * @throws IllegalArgumentException if it is less or more
   */
  public Resources withTime(Duration limit) {
    return with(draft -> draft.time = Seconds.limit("time limit", limit));
  }

  /**
   * These resources, with a limit of processor time. A program whose sandbox has used more is
   * killed.
   *
   * @param limit the time that all processes of the sandbox may spend on processors together since
   *     its program's start, more than nothing and at most 999999999 seconds. It is looked at in
   *     intervals that get shorter, to a tenth of a second; a virtual machine's own work counts too
   * @return resources
   * @throws IllegalArgumentException if it is less or more
   */
  public Resources withCpuTime(Duration limit) {
    return with(draft -> draft.cpuTime = Seconds.limit("limit of processor time", limit));
  }

  /**
   * These resources, with another choice of what runs a virtual machine; a container has none.
   *
   * @param acceleration what runs it
   * @return resources
   */
  public Resources withAcceleration(Acceleration acceleration) {
    return with(draft -> draft.acceleration = acceleration);
  }

  /**
   * These resources, with another choice of how a virtual machine sees directories of its host; a
   * container has none.
   *
   * @param sharing how it sees them
   * @return resources
   */
  public Resources withSharing(FileSharing sharing) {
    return with(draft -> draft.sharing = sharing);
  }

  private static int positive(String what, int number) {
    positive(what, (long) number);
    return number;
  }

  private static long positive(String what, long number) {
    if (number < 1) {
      throw new IllegalArgumentException("%s %d; write 1 or more".formatted(what, number));
    }
    return number;
  }

  /**
   * The most memory of the sandbox.
   *
   * @return bytes; empty for {@link #STANDARD_MEMORY}
   */
  public OptionalLong memory() {
    return optional(memory);
  }

  /**
   * The number of processors.
   *
   * @return 1 to 65535; empty for one of a machine, and for all of the host for a container
   */
  public OptionalInt processors() {
    return optional(processors);
  }

  /**
   * The most processor time.
   *
   * @return percent of one processor; empty for no limit but that of the processors
   */
  public OptionalInt cpuQuota() {
    return optional(cpuQuota);
  }

  /**
   * The most processes and threads at a time.
   *
   * @return 1 or more; empty for {@link #STANDARD_PROCESSES} of a container, where this host can
   *     limit them, and for what fits into the memory of a machine
   */
  public OptionalInt processes() {
    return optional(processes);
  }

  /**
   * The most files that one process has open.
   *
   * @return 16 to 1048576; empty for 1024, which a process can raise as far as libvirt's daemon
   *     could
   */
  public OptionalInt openFiles() {
    return optional(openFiles);
  }

  /**
   * The largest that a file can become.
   *
   * @return bytes; empty for no limit
   */
  public OptionalLong fileSize() {
    return optional(fileSize);
  }

  /**
   * The most that the program writes to its outputs.
   *
   * @return bytes of standard output and error together; empty for no limit
   */
  public OptionalLong output() {
    return optional(output);
  }

  /**
   * How long the program may run.
   *
   * @return more than nothing; empty for as long as it likes
   */
  public Optional<Duration> time() {
    return Optional.ofNullable(time);
  }

  /**
   * The processor time that the sandbox may use.
   *
   * @return more than nothing; empty for no limit
   */
  public Optional<Duration> cpuTime() {
    return Optional.ofNullable(cpuTime);
  }

  /**
   * What runs a virtual machine.
   *
   * @return {@link Acceleration#AUTO} where nothing is said
   */
  public Acceleration acceleration() {
    return acceleration;
  }

  /**
   * How a virtual machine sees directories of its host.
   *
   * @return {@link FileSharing#AUTO} where nothing is said
   */
  public FileSharing sharing() {
    return sharing;
  }

  private static OptionalLong optional(@Nullable Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  private static OptionalInt optional(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Resources that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  @Override
  public String toString() {
    return "Resources" + values();
  }

  private Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    note(values, "memory", memory);
    note(values, "processors", processors);
    note(values, "cpuQuota", cpuQuota);
    note(values, "processes", processes);
    note(values, "openFiles", openFiles);
    note(values, "fileSize", fileSize);
    note(values, "output", output);
    note(values, "time", time);
    note(values, "cpuTime", cpuTime);
    note(values, "acceleration", acceleration);
    note(values, "sharing", sharing);
    return values;
  }

  private static void note(Map<String, String> values, String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value.toString());
    }
  }
}

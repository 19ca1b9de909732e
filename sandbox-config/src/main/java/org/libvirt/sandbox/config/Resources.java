package org.libvirt.sandbox.config;

import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
  private static final long LEAST_MEMORY = 1L << 20;
  private static final int MOST_PROCESSORS = 65_535; // by libvirt's schema
  private static final Resources STANDARD =
      new Resources(null, null, null, null, Acceleration.AUTO, FileSharing.AUTO);

  private final @Nullable Long memory;
  private final @Nullable Integer processors;
  private final @Nullable Integer cpuQuota;
  private final @Nullable Integer processes;
  private final Acceleration acceleration;
  private final FileSharing sharing;

  private Resources(
      @Nullable Long memory,
      @Nullable Integer processors,
      @Nullable Integer cpuQuota,
      @Nullable Integer processes,
      Acceleration acceleration,
      FileSharing sharing) {
    this.memory = memory;
    this.processors = processors;
    this.cpuQuota = cpuQuota;
    this.processes = processes;
    this.acceleration = acceleration;
    this.sharing = sharing;
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
    return new Resources(bytes, processors, cpuQuota, processes, acceleration, sharing);
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
    return new Resources(
        memory,
        positive("number of processors", count),
        cpuQuota,
        processes,
        acceleration,
        sharing);
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
    return new Resources(
        memory, processors, positive("CPU quota", percent), processes, acceleration, sharing);
  }

  /**
   * These resources, with a limit of processes.
   *
   * @param count the most processes and threads at a time, 1 or more
   * @return resources
   * @throws IllegalArgumentException if it is less
   */
  public Resources withProcesses(int count) {
    return new Resources(
        memory,
        processors,
        cpuQuota,
        positive("number of processes", count),
        acceleration,
        sharing);
  }

  /**
   * These resources, with another choice of what runs a virtual machine; a container has none.
   *
   * @param acceleration what runs it
   * @return resources
   */
  public Resources withAcceleration(Acceleration acceleration) {
    return new Resources(memory, processors, cpuQuota, processes, acceleration, sharing);
  }

  /**
   * These resources, with another choice of how a virtual machine sees directories of its host; a
   * container has none.
   *
   * @param sharing how it sees them
   * @return resources
   */
  public Resources withSharing(FileSharing sharing) {
    return new Resources(memory, processors, cpuQuota, processes, acceleration, sharing);
  }

  private static int positive(String what, int number) {
    if (number < 1) {
      throw new IllegalArgumentException("%s %d; write 1 or more".formatted(what, number));
    }
    return number;
  }

  /**
   * The most memory of the sandbox.
   *
   * @return bytes; empty for 512 MiB
   */
  public OptionalLong memory() {
    return memory == null ? OptionalLong.empty() : OptionalLong.of(memory);
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
   * @return 1 or more; empty where nothing is said
   */
  public OptionalInt processes() {
    return optional(processes);
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

  private static OptionalInt optional(@Nullable Integer number) {
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Resources that
        && Objects.equals(memory, that.memory)
        && Objects.equals(processors, that.processors)
        && Objects.equals(cpuQuota, that.cpuQuota)
        && Objects.equals(processes, that.processes)
        && acceleration == that.acceleration
        && sharing == that.sharing;
  }

  @Override
  public int hashCode() {
    return Objects.hash(memory, processors, cpuQuota, processes, acceleration, sharing);
  }

  @Override
  public String toString() {
    return "Resources[memory=%s, processors=%s, cpuQuota=%s, processes=%s, acceleration=%s, sharing=%s]"
        .formatted(memory, processors, cpuQuota, processes, acceleration, sharing);
  }
}

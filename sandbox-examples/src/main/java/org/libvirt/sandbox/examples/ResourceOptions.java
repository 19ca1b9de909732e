package org.libvirt.sandbox.examples;

import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.config.Acceleration;
import org.libvirt.sandbox.config.FileSharing;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Resources;
import picocli.CommandLine.Option;

/** The options of a command line for how much of the host a sandbox may use. */
final class ResourceOptions {
  @Option(
      names = "--memory",
      order = 18,
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description =
          "the most memory of the sandbox: bytes, or with b, k, m or g (powers of 1024) behind"
              + " them; default: 512m")
  private @Nullable Long memory;

  @Option(
      names = "--cpus",
      order = 19,
      paramLabel = "NUMBER",
      converter = ProcessorTime.class,
      description = "the time of so many processors at most, such as 1.5; default: all of them")
  private @Nullable Integer processorTime;

  @Option(
      names = "--pids-limit",
      order = 19,
      paramLabel = "NUMBER",
      converter = Count.class,
      description =
          "the most processes and threads of the sandbox; default: 2048, where cgroups can count"
              + " them, and none for a virtual machine but its memory")
  private @Nullable Integer processes;

  @Option(
      names = "--open-files",
      order = 19,
      paramLabel = "NUMBER",
      converter = Count.class,
      description = "the most files that one process has open; default: 1024, which it can raise")
  private @Nullable Integer openFiles;

  @Option(
      names = "--file-size",
      order = 19,
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description = "the most that a file can grow to; default: no limit")
  private @Nullable Long fileSize;

  @Option(
      names = "--output-limit",
      order = 19,
      paramLabel = "SIZE",
      converter = MemorySize.class,
      description =
          "kill COMMAND when it has written more than this to standard output and error; default:"
              + " no limit")
  private @Nullable Long output;

  @Option(
      names = "--cpu-time",
      order = 24,
      paramLabel = "TIME",
      converter = TimeLimit.class,
      description =
          "kill COMMAND when the sandbox has used this much processor time; default: no limit")
  private @Nullable Duration processorTimeLimit;

  @Option(
      names = "--accel",
      order = 25,
      paramLabel = "auto|kvm|tcg",
      description =
          "what runs a virtual machine: KVM, or QEMU's emulator; default:"
              + " $LIBVIRT_SANDBOX_ACCEL, else auto, which is KVM where this host has it")
  private @Nullable String acceleration;

  @Option(
      names = "--share",
      order = 25,
      paramLabel = "auto|virtiofs|9p",
      description =
          "how a virtual machine sees this host's directories; default: auto, which is what its"
              + " kernel and this host can do")
  private @Nullable String sharing;

  /**
   * Puts the limits into a config.
   *
   * @throws IllegalArgumentException if something is wrong; its message names the option
   */
  void describe(InteractiveConfig.Builder config) {
    Resources limits = Resources.standard();
    limits = with("--memory", memory, limits, Resources::withMemory);
    limits = with("--cpus", processorTime, limits, Resources::withCpuQuota);
    limits = with("--pids-limit", processes, limits, Resources::withProcesses);
    limits = with("--open-files", openFiles, limits, Resources::withOpenFiles);
    limits = with("--file-size", fileSize, limits, Resources::withFileSize);
    limits = with("--output-limit", output, limits, Resources::withOutput);
    limits = with("--cpu-time", processorTimeLimit, limits, Resources::withCpuTime);
    limits =
        with(
            "--accel",
            acceleration,
            limits,
            (given, name) -> given.withAcceleration(Acceleration.of(name)));
    limits =
        with("--share", sharing, limits, (given, name) -> given.withSharing(FileSharing.of(name)));
    config.resources(limits);
  }

  private static <T> Resources with(
      String option,
      @Nullable T value,
      Resources limits,
      BiFunction<Resources, T, Resources> limit) {
    return value == null ? limits : OptionValue.of(option, () -> limit.apply(limits, value));
  }
}

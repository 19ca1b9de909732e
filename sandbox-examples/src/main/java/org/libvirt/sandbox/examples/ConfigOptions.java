package org.libvirt.sandbox.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.config.Acceleration;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Resources;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.config.Security;
import picocli.CommandLine.Option;

/** The options of a command line that describe the sandbox itself, as libvirt-sandbox has them. */
final class ConfigOptions {
  @Option(
      names = {"-r", "--root"},
      paramLabel = "DIR",
      description = "directory of the host that is the read-only root; default: /")
  private @Nullable String root;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME=VALUE",
      description = "variable of COMMAND's environment; repeatable")
  private List<String> environment = List.of();

  @Option(
      names = "--disk",
      paramLabel = "file:TAG=SOURCE[,format=FORMAT]",
      description = "image that COMMAND finds as the device /dev/disk/by-tag/TAG; repeatable")
  private List<String> disks = List.of();

  @Option(
      names = {"-m", "--mount"},
      paramLabel = "TYPE:TARGET=SOURCE",
      description = {
        "what is at TARGET instead of the root's; repeatable, the later over the earlier:",
        "host-bind:TARGET=DIR[,ro]  what is at DIR on the host; an empty DIR is a fresh one",
        "host-image:TARGET=FILE[,format=FORMAT]  the file system in an image",
        "guest-bind:TARGET=PATH  what is at PATH in the sandbox",
        "ram:TARGET=SIZE  an empty file system in memory; SIZE in bytes, or with K, M or G"
      })
  private List<String> mounts = List.of();

  @Option(
      names = {"-i", "--include"},
      paramLabel = "PATH[=SOURCE]",
      description =
          "copy SOURCE of the host to PATH, which is below a mount's target; repeatable."
              + " The copy goes with the sandbox")
  private List<String> includes = List.of();

  @Option(
      names = {"-I", "--includefile"},
      paramLabel = "FILE",
      description = "the same for each line of FILE")
  private @Nullable Path includeFile;

  @Option(
      names = {"-N", "--network"},
      paramLabel = "OPTIONS",
      description =
          "network interface: source=NETWORK, mac=ADDRESS, filter=NAME, filter.KEY=VALUE, separated"
              + " by commas; repeatable. Without, there is nothing but a loopback")
  private List<String> networks = List.of();

  @Option(
      names = {"-s", "--security"},
      paramLabel = "LABELLING",
      description =
          "label of SELinux or AppArmor: dynamic[,label=LABEL], static,label=LABEL or inherit;"
              + " default: dynamic")
  private @Nullable String security;

  @Option(
      names = "--accel",
      paramLabel = "auto|kvm|tcg",
      description =
          "what runs a virtual machine: KVM, or QEMU's emulator; default:"
              + " $LIBVIRT_SANDBOX_ACCEL, else auto, which is KVM where this host has it")
  private @Nullable String acceleration;

  @Option(
      names = "--kernver",
      paramLabel = "RELEASE",
      description = "kernel of a virtual machine; default: the host's")
  private @Nullable String kernelRelease;

  @Option(
      names = "--kernpath",
      paramLabel = "FILE",
      description = "image of that kernel; default: where the distribution keeps it")
  private @Nullable String kernelImage;

  @Option(
      names = "--kmodpath",
      paramLabel = "DIR",
      description = "directory of the modules of kernels; default: /lib/modules")
  private @Nullable String kernelModules;

  /**
   * Puts everything into a config.
   *
   * @throws IllegalArgumentException if something is wrong; its message names the option
   */
  void describe(InteractiveConfig.Builder config) {
    one("--root", root, path -> config.root(rootAt(path)));
    each("--env", environment, config::environment);
    each("--disk", disks, option -> config.disk(Disk.parse(option)));
    each("--mount", mounts, option -> config.mount(Mount.parse(option)));
    each("--include", includes, config::include);
    one("--includefile", includeFile, file -> include(config, file));
    each("--network", networks, option -> config.network(Network.parse(option)));
    one("--security", security, option -> config.security(Security.parse(option)));
    one("--accel", acceleration, name -> config.resources(acceleratedBy(name)));
    Kernel kernel = with("--kernver", kernelRelease, Kernel.running(), Kernel::withRelease);
    kernel = with("--kernpath", kernelImage, kernel, Kernel::withImage);
    config.kernel(with("--kmodpath", kernelModules, kernel, Kernel::withModules));
  }

  private static Resources acceleratedBy(String name) {
    return Resources.standard().withAcceleration(Acceleration.of(name));
  }

  // as in a shell, a path is what it is where the command is typed; nothing is none
  private static Root rootAt(String path) {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("a directory without a name; write '/', or another one");
    }
    return Root.directory(Path.of(path).toAbsolutePath());
  }

  private static void include(InteractiveConfig.Builder config, Path file) {
    try {
      config.includes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read '%s': %s".formatted(file, e), e);
    }
  }

  private static Kernel with(
      String option,
      @Nullable String value,
      Kernel kernel,
      BiFunction<Kernel, String, Kernel> property) {
    return value == null ? kernel : of(option, () -> property.apply(kernel, value));
  }

  private static <T> void one(String option, @Nullable T value, Consumer<T> use) {
    if (value != null) {
      each(option, List.of(value), use);
    }
  }

  private static <T> void each(String option, List<T> values, Consumer<T> use) {
    for (T value : values) {
      of(
          option,
          () -> {
            use.accept(value);
            return value;
          });
    }
  }

  /** Does something with an option's value, so that a refusal names the option. */
  private static <T> T of(String option, Supplier<T> use) {
    try {
      return use.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("option '%s': %s".formatted(option, e.getMessage()), e);
    }
  }
}

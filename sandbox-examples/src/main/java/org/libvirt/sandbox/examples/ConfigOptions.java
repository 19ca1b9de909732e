package org.libvirt.sandbox.examples;

import static org.libvirt.sandbox.examples.OptionValue.each;
import static org.libvirt.sandbox.examples.OptionValue.one;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.config.Disk;
import org.libvirt.sandbox.config.HostBindMount;
import org.libvirt.sandbox.config.InteractiveConfig;
import org.libvirt.sandbox.config.Kernel;
import org.libvirt.sandbox.config.Mount;
import org.libvirt.sandbox.config.Network;
import org.libvirt.sandbox.config.Root;
import org.libvirt.sandbox.config.Security;
import picocli.CommandLine.Option;

/** The options of a command line that describe the sandbox itself, as libvirt-sandbox has them. */
final class ConfigOptions {
  @Option(
      names = {"-r", "--root"},
      order = 3,
      paramLabel = "DIR",
      description = "directory of the host that is the read-only root; default: /")
  private @Nullable String root;

  @Option(
      names = "--disk",
      order = 8,
      paramLabel = "file:TAG=SOURCE[,format=FORMAT]",
      description = "image that COMMAND finds as the device /dev/disk/by-tag/TAG; repeatable")
  private List<String> disks = List.of();

  @Option(
      names = {"-i", "--include"},
      order = 6,
      paramLabel = "PATH[=SOURCE]",
      description =
          "copy SOURCE of the host to PATH, which is below a mount's target; repeatable."
              + " The copy goes with the sandbox")
  private List<String> includes = List.of();

  @Option(
      names = {"-I", "--includefile"},
      order = 7,
      paramLabel = "FILE",
      description = "the same for each line of FILE")
  private @Nullable Path includeFile;

  @Option(
      names = {"-N", "--network"},
      order = 9,
      paramLabel = "OPTIONS",
      description =
          "network interface: dhcp, address=IP[/PREFIX], route=IP[/PREFIX]%%GATEWAY, source=NETWORK,"
              + " mac=ADDRESS, filter=NAME, filter.KEY=VALUE, separated by commas; repeatable."
              + " Without, there is nothing but a loopback")
  private List<String> networks = List.of();

  @Option(
      names = {"-s", "--security"},
      order = 10,
      paramLabel = "LABELLING",
      description =
          "label of SELinux or AppArmor: dynamic[,label=LABEL], static,label=LABEL or inherit;"
              + " default: dynamic")
  private @Nullable String security;

  @Option(
      names = "--kernver",
      order = 25,
      paramLabel = "RELEASE",
      description = "kernel of a virtual machine; default: the host's")
  private @Nullable String kernelRelease;

  @Option(
      names = "--kernpath",
      order = 26,
      paramLabel = "FILE",
      description = "image of that kernel; default: where the distribution keeps it")
  private @Nullable String kernelImage;

  @Option(
      names = "--kmodpath",
      order = 27,
      paramLabel = "DIR",
      description = "directory of the modules of kernels; default: /lib/modules")
  private @Nullable String kernelModules;

  /** In the order in which they were given, whichever option gave them. */
  private final List<MountGiven> mounts = new ArrayList<>();

  private record MountGiven(String option, String value) {
    private Mount mount() {
      return option.equals("--ro") ? readOnly(value) : Mount.parse(value);
    }
  }

  @Option(
      names = {"-m", "--mount"},
      order = 4,
      paramLabel = "TYPE:TARGET=SOURCE",
      description = {
        "what is at TARGET instead of the root's; repeatable, the later over the earlier:",
        "host-bind:TARGET=DIR[,ro]  what is at DIR on the host; an empty DIR is a fresh one",
        "host-image:TARGET=FILE[,format=FORMAT]  the file system in an image",
        "guest-bind:TARGET=PATH  what is at PATH in the sandbox",
        "ram:TARGET=SIZE  an empty file system in memory; SIZE in bytes, or with K, M or G"
      })
  void mount(String value) {
    mounts.add(new MountGiven("--mount", value));
  }

  @Option(
      names = "--ro",
      order = 5,
      paramLabel = "PATH[=SOURCE]",
      description =
          "what is at SOURCE on the host, or at PATH, read-only at PATH: short for -m"
              + " host-bind:PATH=SOURCE,ro; repeatable, in one order with -m")
  void readOnlyMount(String value) {
    mounts.add(new MountGiven("--ro", value));
  }

  /**
   * Puts everything into a config.
   *
   * @throws IllegalArgumentException if something is wrong; its message names the option
   */
  void describe(InteractiveConfig.Builder config) {
    one("--root", root, path -> config.root(rootAt(path)));
    each("--disk", disks, option -> config.disk(Disk.parse(option)));
    mounts.forEach(given -> each(given.option(), List.of(given), g -> config.mount(g.mount())));
    each("--include", includes, config::include);
    one("--includefile", includeFile, file -> include(config, file));
    each("--network", networks, option -> config.network(Network.parse(option)));
    one("--security", security, option -> config.security(Security.parse(option)));
    Kernel kernel = with("--kernver", kernelRelease, Kernel.running(), Kernel::withRelease);
    kernel = with("--kernpath", kernelImage, kernel, Kernel::withImage);
    config.kernel(with("--kmodpath", kernelModules, kernel, Kernel::withModules));
  }

  private static Mount readOnly(String value) {
    int equals = value.indexOf('=');
    String target = equals < 0 ? value : value.substring(0, equals);
    String source = value.substring(equals + 1);
    if (source.isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' names nothing of the host; write PATH or PATH=SOURCE".formatted(value));
    }
    if (equals < 0 && !target.startsWith("/")) {
      throw new IllegalArgumentException(
          "'%s' is not absolute; write '%s'"
              .formatted(value, Path.of(value).toAbsolutePath().normalize()));
    }
    // as in a shell, like that of --root
    return HostBindMount.of(target, Path.of(source).toAbsolutePath().toString()).asReadOnly();
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
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("'%s' does not exist".formatted(file), e);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("'%s' is not valid UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot read '%s': %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Kernel with(
      String option,
      @Nullable String value,
      Kernel kernel,
      BiFunction<Kernel, String, Kernel> property) {
    return value == null ? kernel : OptionValue.of(option, () -> property.apply(kernel, value));
  }
}

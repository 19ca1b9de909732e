package org.libvirt.sandbox.builder.qemu;

import static java.util.Objects.requireNonNull;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the initial RAM disk of a virtual machine holds: the init, and modules of one kernel.
 * Nothing of it is of one sandbox.
 *
 * <p>Modules are in groups. The init loads all of the group {@value #BASE}, without which no
 * machine starts; of the others it loads those that the machine at hand needs. What a module needs
 * comes along; what the kernel holds itself is passed over.
 *
 * <ul>
 *   <li>init: this library's own
 *   <li>modules: none
 * </ul>
 *
 * <pre>{@code
 * InitrdConfig config =
 *     InitrdConfig.builder("6.1.0-56-amd64", Path.of("/lib/modules/6.1.0-56-amd64"))
 *         .addModule("virtio_pci")
 *         .addModule("virtio_console")
 *         .addModules("9p", "9pnet_virtio", "9p")
 *         .build();
 * }</pre>
 */
public final class InitrdConfig {
  /** The group of what every machine needs. */
  public static final String BASE = "base";

  private static final CharMatcher NAME =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf("_-"));

  private final String kernelRelease;
  private final Path moduleDirectory;
  private final @Nullable Path init;
  private final ImmutableMap<String, ImmutableList<String>> groups;

  private InitrdConfig(Builder builder) {
    this.kernelRelease = builder.kernelRelease;
    this.moduleDirectory = builder.moduleDirectory;
    this.init = builder.init;
    var all = ImmutableMap.<String, ImmutableList<String>>builder();
    builder.groups.forEach((group, modules) -> all.put(group, ImmutableList.copyOf(modules)));
    this.groups = all.buildOrThrow();
  }

  /**
   * Starts a config for a kernel.
   *
   * @param kernelRelease the kernel's release as {@code uname -r} tells it
   * @param moduleDirectory the directory on this host with that release's {@code modules.dep}
   * @return a builder
   */
  public static Builder builder(String kernelRelease, Path moduleDirectory) {
    return new Builder(kernelRelease, moduleDirectory);
  }

  /**
   * The release of the kernel that the modules are for.
   *
   * @return as {@code uname -r} tells it
   */
  public String kernelRelease() {
    return kernelRelease;
  }

  /**
   * Where the modules are.
   *
   * @return the directory on this host with the release's {@code modules.dep}
   */
  public Path moduleDirectory() {
    return moduleDirectory;
  }

  /**
   * The program that the kernel starts.
   *
   * @return a file on this host; empty for this library's own
   */
  public Optional<Path> init() {
    return Optional.ofNullable(init);
  }

  /**
   * The modules that were asked for, of all groups.
   *
   * @return each name once, with {@code _} where it was written with {@code -}
   */
  public List<String> modules() {
    return groups.values().stream().flatMap(List::stream).distinct().toList();
  }

  /**
   * The modules that were asked for, by groups.
   *
   * @return {@value #BASE} first, then the others as they were added
   */
  public Map<String, List<String>> groups() {
    return ImmutableMap.copyOf(groups);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof InitrdConfig that
        && kernelRelease.equals(that.kernelRelease)
        && moduleDirectory.equals(that.moduleDirectory)
        && Objects.equals(init, that.init)
        && groups.equals(that.groups);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kernelRelease, moduleDirectory, init, groups);
  }

  @Override
  public String toString() {
    return "InitrdConfig[kernelRelease=%s, moduleDirectory=%s, init=%s, groups=%s]"
        .formatted(kernelRelease, moduleDirectory, init, groups);
  }

  /** Gathers what an {@link InitrdConfig} is made of. */
  public static final class Builder {
    private final String kernelRelease;
    private final Path moduleDirectory;
    private @Nullable Path init;
    private final Map<String, Set<String>> groups = new LinkedHashMap<>();

    private Builder(String kernelRelease, Path moduleDirectory) {
      this.kernelRelease = requireNonNull(kernelRelease, "kernelRelease");
      this.moduleDirectory = requireNonNull(moduleDirectory, "moduleDirectory");
      groups.put(BASE, new LinkedHashSet<>());
    }

    /**
     * Has another program than this library's started by the kernel.
     *
     * @param init a static program on this host
     * @return this builder
     */
    public Builder init(Path init) {
      this.init = requireNonNull(init, "init");
      return this;
    }

    /**
     * Adds a module to the group {@value #BASE}. It is an error of building if the kernel has it
     * not.
     *
     * @param module its name, such as {@code virtio_pci}
     * @return this builder
     * @throws IllegalArgumentException if that is not a module's name
     */
    public Builder addModule(String module) {
      return addModules(BASE, module);
    }

    /**
     * Adds modules to a group. A kernel that lacks one has the group incomplete, which {@link
     * Initrd#missing(String)} tells.
     *
     * @param group the group's name, made of letters, digits, {@code -} and {@code _}
     * @param modules the modules' names
     * @return this builder
     * @throws IllegalArgumentException if a name is not one
     */
    public Builder addModules(String group, String... modules) {
      Set<String> members =
          groups.computeIfAbsent(checked("group of modules", group), name -> new LinkedHashSet<>());
      for (String module : modules) {
        members.add(ModuleIndex.name(checked("kernel module", module)));
      }
      return this;
    }

    private static String checked(String what, String name) {
      if (name.isEmpty() || !NAME.matchesAllOf(name)) {
        throw new IllegalArgumentException(
            "%s '%s' is no name; write letters, digits, '_' and '-' only".formatted(what, name));
      }
      return name;
    }

    /**
     * Ends the config.
     *
     * @return what was gathered
     */
    public InitrdConfig build() {
      return new InitrdConfig(this);
    }
  }
}

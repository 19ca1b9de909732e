package org.libvirt.sandbox.config;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElseGet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox is: everything about it that is known before it is started. Immutable; {@link
 * InteractiveConfig#builder()} makes one.
 *
 * <p>The defaults are
 *
 * <ul>
 *   <li>a name of {@code sandbox-} and eight random hexadecimal digits, and no UUID;
 *   <li>the host's root directory as root, read-only;
 *   <li>the architecture of the host;
 *   <li>the caller's user and group, without any privilege;
 *   <li>no environment variables but those that every program in a sandbox has;
 *   <li>no mounts, disks and networks, and a security label that libvirt makes;
 *   <li>the kernel of the host, the resources of {@link Resources#standard()}, and the filter of
 *       system calls and the hidden files of {@link Hardening#standard()};
 *   <li>no shell, no debug and no verbose messages.
 * </ul>
 *
 * <p>A config is kept in the key file {@code sandbox.cfg} of libvirt-sandbox 0.8.0. Its groups that
 * this version does not know are kept from {@link #load} to {@link #save}; unknown keys in known
 * groups, and comments, are not. Two configs are equal if they would be saved as the same file.
 */
public abstract sealed class SandboxConfig permits InteractiveConfig, ServiceConfig {
  private final String name;
  private final @Nullable String uuid; // as it was written: a file is saved as it was loaded
  private final Root root;
  private final String arch;
  private final @Nullable Identity givenIdentity;
  private final Identity identity;
  private final boolean privileged;
  private final Map<String, String> environment;
  private final List<Mount> mounts;
  private final List<Disk> disks;
  private final List<Network> networks;
  private final Security security;
  private final Kernel kernel;
  private final Resources resources;
  private final Hardening hardening;
  private final @Nullable String hostName;
  private final @Nullable String directory;
  private final boolean shell;
  private final boolean debug;
  private final boolean verbose;
  private final KeyFile kept;

  SandboxConfig(Builder<?> builder) {
    name = requireNonNullElseGet(builder.name, SandboxName::random);
    uuid = builder.uuid;
    root = builder.root;
    arch = requireNonNullElseGet(builder.arch, Architecture::ofHost);
    privileged = builder.privileged;
    givenIdentity = builder.identity;
    identity =
        requireNonNullElseGet(givenIdentity, () -> privileged ? Identity.ROOT : Identity.caller());
    if (privileged && !identity.isRoot()) {
      throw new IllegalArgumentException(
          "a privileged sandbox runs its program as user 0 and group 0, not as %d and %d; leave out"
                  .formatted(identity.uid(), identity.gid())
              + " the identity or the privilege");
    }
    environment = Collections.unmodifiableMap(new LinkedHashMap<>(builder.environment));
    mounts = List.copyOf(builder.mounts);
    disks = List.copyOf(builder.disks);
    networks = List.copyOf(builder.networks);
    security = builder.security;
    kernel = builder.kernel;
    resources = builder.resources;
    hardening = builder.hardening;
    hostName = builder.hostName;
    directory = builder.directory;
    shell = builder.shell;
    debug = builder.debug;
    verbose = builder.verbose;
    kept = builder.kept;
  }

  /**
   * Reads a config from a file.
   *
   * @param file a {@code sandbox.cfg}, as {@link #save} or libvirt-sandbox 0.8.0 wrote it
   * @return the config
   * @throws ConfigFileException if the file does not hold a valid config; it names file, group and
   *     key
   * @throws IOException if the file cannot be read
   */
  public static SandboxConfig load(Path file) throws IOException {
    return new ConfigReader(KeyFile.read(file)).config();
  }

  /**
   * Reads a config from text.
   *
   * @param text what a {@code sandbox.cfg} holds
   * @return the config
   * @throws ConfigFileException if the text is not a valid config; it names group and key
   */
  public static SandboxConfig parse(String text) {
    return new ConfigReader(KeyFile.parse(text)).config();
  }

  /**
   * Writes this config to a new file that only its owner can read, as environment values may be
   * secrets.
   *
   * @param file the file to make; its directory exists
   * @throws ConfigFileException if the config takes more than the 16 MiB that a file may have
   * @throws java.nio.file.FileAlreadyExistsException if the file exists; it is left as it is
   * @throws IOException if the file cannot be written; then there is none
   */
  public void save(Path file) throws IOException {
    keyFile().writeNew(file);
  }

  /**
   * What {@link #save} writes.
   *
   * @return the text of a {@code sandbox.cfg}
   * @throws ConfigFileException if the config takes more than the 16 MiB that a file may have
   */
  public String toText() {
    return keyFile().text();
  }

  private KeyFile keyFile() {
    return new ConfigWriter(this).keyFile();
  }

  /**
   * A builder that holds what this config holds, its name included.
   *
   * @return a builder of its own
   */
  public abstract Builder<?> toBuilder();

  /**
   * The sandbox's name, which is also that of its domain.
   *
   * @return a name that is not empty, holds no {@code /} and no control character, is neither
   *     {@code .} nor {@code ..}, and has at most 64 bytes in UTF-8
   */
  public String name() {
    return name;
  }

  /**
   * The sandbox's UUID.
   *
   * @return the UUID; empty where starting the sandbox is to choose one
   */
  public Optional<UUID> uuid() {
    return Optional.ofNullable(uuid).map(UUID::fromString);
  }

  /**
   * What the sandbox sees as its root directory.
   *
   * @return the root
   */
  public Root root() {
    return root;
  }

  /**
   * The architecture of the sandbox.
   *
   * @return libvirt's name of it, such as {@code x86_64}
   */
  public String arch() {
    return arch;
  }

  /**
   * Who the program runs as.
   *
   * @return the identity
   */
  public Identity identity() {
    return identity;
  }

  /**
   * Whether the program keeps root's privileges inside the sandbox. Without, it has no capability,
   * even as user 0.
   *
   * @return true only where user and group are 0
   */
  public boolean isPrivileged() {
    return privileged;
  }

  /**
   * The variables that are added to the program's environment, over those it has anyway.
   *
   * @return an unmodifiable map from names to values, in the order in which the names were given
   */
  public Map<String, String> environment() {
    return environment;
  }

  /**
   * What is mounted over the root, each over those before it.
   *
   * @return an unmodifiable list
   */
  public List<Mount> mounts() {
    return mounts;
  }

  /**
   * The mounts of a kind, in their order among all.
   *
   * @param <M> the kind
   * @param kind such as {@link RamMount}
   * @return an unmodifiable list
   */
  public <M extends Mount> List<M> mounts(Class<M> kind) {
    return mounts.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * The mount at a target.
   *
   * @param target the target exactly as the mount has it
   * @return the last one there, which covers the others; empty where there is none
   */
  public Optional<Mount> findMount(String target) {
    return mounts.stream()
        .filter(mount -> mount.target().equals(target))
        .reduce((covered, covering) -> covering);
  }

  /**
   * Whether a mount is the root directory, so that nothing is seen of {@link #root()}.
   *
   * @return true if one is
   */
  public boolean hasRootMount() {
    return mounts.stream().anyMatch(mount -> MountPath.names(mount.target()).isEmpty());
  }

  /**
   * The disks.
   *
   * @return an unmodifiable list
   */
  public List<Disk> disks() {
    return disks;
  }

  /**
   * The network interfaces, the first of which is {@code eth0}.
   *
   * @return an unmodifiable list; empty for nothing but a loopback
   */
  public List<Network> networks() {
    return networks;
  }

  /**
   * How the host's security model labels the sandbox.
   *
   * @return the label's kind and text
   */
  public Security security() {
    return security;
  }

  /**
   * The kernel that a machine boots.
   *
   * @return the kernel
   */
  public Kernel kernel() {
    return kernel;
  }

  /**
   * How much of the host the sandbox may use.
   *
   * @return the limits
   */
  public Resources resources() {
    return resources;
  }

  /**
   * How closely the sandbox's programs are kept.
   *
   * @return what is refused to them and hidden from them
   */
  public Hardening hardening() {
    return hardening;
  }

  /**
   * The sandbox's host name.
   *
   * @return the name; empty for one made of the sandbox's name
   */
  public Optional<String> hostName() {
    return Optional.ofNullable(hostName);
  }

  /**
   * The directory that the program starts in.
   *
   * @return an absolute path in the sandbox; empty for the home directory, or {@code /} where that
   *     cannot be entered
   */
  public Optional<String> directory() {
    return Optional.ofNullable(directory);
  }

  /**
   * Whether a shell runs beside the program, on a console of its own.
   *
   * @return true if one does
   */
  public boolean isShell() {
    return shell;
  }

  /**
   * Whether the sandbox's own parts tell what they do in detail.
   *
   * @return true if they do
   */
  public boolean isDebug() {
    return debug;
  }

  /**
   * Whether the sandbox's own parts tell what they do.
   *
   * @return true if they do
   */
  public boolean isVerbose() {
    return verbose;
  }

  @Nullable String uuidText() {
    return uuid;
  }

  KeyFile kept() {
    return kept;
  }

  /** The name of the class in libvirt-sandbox 0.8.0, which the file begins with. */
  abstract String fileClass();

  /** What a kind of config has beyond the others, for {@link #toString()}: the name first. */
  abstract String kindToString();

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SandboxConfig that && keyFile().isSameAs(that.keyFile());
  }

  @Override
  public int hashCode() {
    return Objects.hash(fileClass(), name, mounts, environment);
  }

  /**
   * What a log can hold: one line, and of the environment the names of the variables, without their
   * values.
   */
  @Override
  public String toString() {
    return Text.printable(description());
  }

  private String description() {
    return ("%s[%s, root=%s, identity=%s, privileged=%s, environment=%s, mounts=%s, disks=%s,"
            + " networks=%s, security=%s, kernel=%s, resources=%s, hardening=%s]")
        .formatted(
            getClass().getSimpleName(),
            kindToString(),
            root,
            identity,
            privileged,
            environment.keySet(),
            mounts,
            disks,
            networks,
            security,
            kernel,
            resources,
            hardening);
  }

  /**
   * A config in the making. Each method returns the builder; the last call of a kind counts. It is
   * not safe for use by several threads.
   *
   * @param <B> the builder itself
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits InteractiveConfig.Builder, ServiceConfig.Builder {
    private static final Pattern UUID_TEXT =
        Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private @Nullable String name;
    private @Nullable String uuid;
    private Root root = Root.host();
    private @Nullable String arch;
    private @Nullable Identity identity;
    private boolean privileged;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Mount> mounts = new ArrayList<>();
    private final List<Disk> disks = new ArrayList<>();
    private final List<Network> networks = new ArrayList<>();
    private Security security = Security.dynamic();
    private Kernel kernel = Kernel.running();
    private Resources resources = Resources.standard();
    private Hardening hardening = Hardening.standard();
    private @Nullable String hostName;
    private @Nullable String directory;
    private boolean shell;
    private boolean debug;
    private boolean verbose;
    private KeyFile kept = KeyFile.empty();

    Builder() {}

    Builder(SandboxConfig config) {
      name = config.name;
      uuid = config.uuid;
      root = config.root;
      arch = config.arch;
      identity = config.givenIdentity;
      privileged = config.privileged;
      environment.putAll(config.environment);
      mounts.addAll(config.mounts);
      disks.addAll(config.disks);
      networks.addAll(config.networks);
      security = config.security;
      kernel = config.kernel;
      resources = config.resources;
      hardening = config.hardening;
      hostName = config.hostName;
      directory = config.directory;
      shell = config.shell;
      debug = config.debug;
      verbose = config.verbose;
      kept = config.kept;
    }

    abstract B self();

    /**
     * Names the sandbox.
     *
     * @param name not empty, without {@code /} and control characters, neither {@code .} nor {@code
     *     ..}, at most 64 bytes in UTF-8: LXC makes the host name of it, and the kernel has a limit
     * @return this builder
     * @throws IllegalArgumentException if it is none of this
     */
    public B name(String name) {
      this.name = SandboxName.check(name);
      return self();
    }

    /**
     * Sets the UUID.
     *
     * @param uuid the UUID
     * @return this builder
     */
    public B uuid(UUID uuid) {
      this.uuid = uuid.toString();
      return self();
    }

    B uuidText(String uuid) {
      if (!UUID_TEXT.matcher(uuid).matches()) {
        throw new IllegalArgumentException(
            "'%s' is not a UUID; write one like %s".formatted(uuid, new UUID(0x1234L, 0x5678L)));
      }
      this.uuid = uuid;
      return self();
    }

    /**
     * Sets what the sandbox sees as its root directory.
     *
     * @param root the root
     * @return this builder
     */
    public B root(Root root) {
      this.root = requireNonNull(root, "root");
      return self();
    }

    /**
     * Sets the architecture.
     *
     * @param arch libvirt's name of it, such as {@code i686}
     * @return this builder
     * @throws IllegalArgumentException if libvirt knows none of that name
     */
    public B arch(String arch) {
      this.arch = Architecture.check(arch);
      return self();
    }

    /**
     * Sets who the program runs as.
     *
     * @param identity the identity; for a privileged sandbox one of user 0 and group 0
     * @return this builder
     */
    public B identity(Identity identity) {
      this.identity = requireNonNull(identity, "identity");
      return self();
    }

    /**
     * Sets whether the program runs as root and keeps root's privileges inside the sandbox.
     *
     * @param privileged true to keep them; then the identity is {@link Identity#ROOT} where none is
     *     given
     * @return this builder
     */
    public B privileged(boolean privileged) {
      this.privileged = privileged;
      return self();
    }

    /**
     * Adds a variable to the program's environment. A name given again keeps its place and gets the
     * new value.
     *
     * @param name not empty, without {@code =} and NUL
     * @param value without NUL, possibly empty
     * @return this builder
     * @throws IllegalArgumentException if either is none of this, or not valid Unicode
     */
    public B environment(String name, String value) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException(
            "environment variable without a name; write NAME=VALUE with a NAME");
      }
      Text.forProgram("name of an environment variable", name);
      if (name.indexOf('=') >= 0) {
        throw new IllegalArgumentException(
            "name of the environment variable '%s' holds '='; write what is before it"
                .formatted(name));
      }
      environment.put(name, Text.forProgram("environment variable '" + name + "'", value));
      return self();
    }

    /**
     * Adds variables to the program's environment, in the order of the map.
     *
     * @param variables names and values, as for {@link #environment(String, String)}
     * @return this builder
     * @throws IllegalArgumentException if a name or a value is not valid
     */
    public B environment(Map<String, String> variables) {
      variables.forEach(this::environment);
      return self();
    }

    /**
     * Adds an environment variable as an option string.
     *
     * @param option {@code NAME=VALUE}, split at the first {@code =}
     * @return this builder
     * @throws IllegalArgumentException if there is no {@code =}, or a part is not valid
     */
    public B environment(String option) {
      int equals = option.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "environment '%s' has no '='; write NAME=VALUE".formatted(option));
      }
      return environment(option.substring(0, equals), option.substring(equals + 1));
    }

    /**
     * Adds a mount over those added before.
     *
     * @param mount the mount
     * @return this builder
     */
    public B mount(Mount mount) {
      mounts.add(requireNonNull(mount, "mount"));
      return self();
    }

    /**
     * Sets the mounts, in place of those added before.
     *
     * @param mounts all mounts in their order
     * @return this builder
     */
    public B mounts(List<? extends Mount> mounts) {
      List<Mount> all = List.copyOf(mounts);
      this.mounts.clear();
      this.mounts.addAll(all);
      return self();
    }

    /**
     * Adds a file or directory of the host that is copied into a mount: into the one whose target
     * is nearest above its path, and of several at one target into the last, which covers the
     * others.
     *
     * @param path an absolute path in the sandbox
     * @param source the path on the host
     * @return this builder
     * @throws IllegalArgumentException if no mount that was added is at or above the path, or one
     *     of the paths is not valid
     */
    public B include(String path, String source) {
      int mount = mountAbove(path);
      String destination = MountPath.below(path, mounts.get(mount).target());
      mounts.set(mount, mounts.get(mount).withInclude(new Include(destination, source)));
      return self();
    }

    /**
     * Adds an include as an option string.
     *
     * @param option {@code PATH[=SOURCE]}, split at the first {@code =}; without a source it is the
     *     path itself
     * @return this builder
     * @throws IllegalArgumentException as for {@link #include(String, String)}
     */
    public B include(String option) {
      int equals = option.indexOf('=');
      return equals < 0
          ? include(option, option)
          : include(option.substring(0, equals), option.substring(equals + 1));
    }

    /**
     * Adds the includes that a file lists, an option string a line.
     *
     * @param file the file, in UTF-8, without comments and empty lines
     * @return this builder
     * @throws IllegalArgumentException as for {@link #include(String, String)}; it names the line
     * @throws IOException if the file cannot be read
     */
    public B includes(Path file) throws IOException {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        try {
          include(lines.get(i));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              "%s, line %d: %s".formatted(file, i + 1, e.getMessage()), e);
        }
      }
      return self();
    }

    private int mountAbove(String path) {
      Text.ofOneLine("include path", path);
      int nearest = -1;
      int names = -1;
      for (int i = 0; i < mounts.size(); i++) {
        String target = mounts.get(i).target();
        boolean above = path.startsWith("/") && MountPath.isBelow(path, target);
        if (above && MountPath.names(target).size() >= names) {
          nearest = i;
          names = MountPath.names(target).size();
        }
      }
      if (nearest < 0) {
        throw new IllegalArgumentException(
            "include '%s' has no mount above it; add a mount whose target is, first"
                .formatted(path));
      }
      return nearest;
    }

    /**
     * Adds a disk.
     *
     * @param disk the disk
     * @return this builder
     */
    public B disk(Disk disk) {
      disks.add(requireNonNull(disk, "disk"));
      return self();
    }

    /**
     * Sets the disks, in place of those added before.
     *
     * @param disks all disks in their order
     * @return this builder
     */
    public B disks(List<Disk> disks) {
      List<Disk> all = List.copyOf(disks);
      this.disks.clear();
      this.disks.addAll(all);
      return self();
    }

    /**
     * Adds a network interface.
     *
     * @param network the interface
     * @return this builder
     */
    public B network(Network network) {
      networks.add(requireNonNull(network, "network"));
      return self();
    }

    /**
     * Sets the network interfaces, in place of those added before.
     *
     * @param networks all interfaces in their order
     * @return this builder
     */
    public B networks(List<Network> networks) {
      List<Network> all = List.copyOf(networks);
      this.networks.clear();
      this.networks.addAll(all);
      return self();
    }

    /**
     * Sets how the host's security model labels the sandbox.
     *
     * @param security the label's kind and text
     * @return this builder
     */
    public B security(Security security) {
      this.security = requireNonNull(security, "security");
      return self();
    }

    /**
     * Sets the kernel that a machine boots.
     *
     * @param kernel the kernel
     * @return this builder
     */
    public B kernel(Kernel kernel) {
      this.kernel = requireNonNull(kernel, "kernel");
      return self();
    }

    /**
     * Sets how much of the host the sandbox may use.
     *
     * @param resources the limits
     * @return this builder
     */
    public B resources(Resources resources) {
      this.resources = requireNonNull(resources, "resources");
      return self();
    }

    /**
     * Sets how closely the sandbox's programs are kept.
     *
     * @param hardening what is refused to them and hidden from them
     * @return this builder
     */
    public B hardening(Hardening hardening) {
      this.hardening = requireNonNull(hardening, "hardening");
      return self();
    }

    /**
     * Sets the sandbox's host name.
     *
     * @param hostName letters, digits, hyphens and dots, each part between dots of 1 to 63
     *     characters that neither begins nor ends with a hyphen, 64 in all: the kernel's limit
     * @return this builder
     * @throws IllegalArgumentException if it is none of this
     */
    public B hostName(String hostName) {
      this.hostName = SandboxName.checkHostName(hostName);
      return self();
    }

    /**
     * Sets the directory that the program starts in.
     *
     * @param directory an absolute path in the sandbox, which must be there when the program starts
     * @return this builder
     * @throws IllegalArgumentException if it is not absolute, or holds a control character
     */
    public B directory(String directory) {
      Text.ofOneLine("working directory", directory);
      if (!directory.startsWith("/")) {
        throw new IllegalArgumentException(
            "working directory '%s' is not absolute; write '/%s'".formatted(directory, directory));
      }
      this.directory = directory;
      return self();
    }

    /**
     * Sets whether a shell runs beside the program.
     *
     * @param shell true for a shell
     * @return this builder
     */
    public B shell(boolean shell) {
      this.shell = shell;
      return self();
    }

    /**
     * Sets whether the sandbox's own parts tell what they do in detail.
     *
     * @param debug true if they shall
     * @return this builder
     */
    public B debug(boolean debug) {
      this.debug = debug;
      return self();
    }

    /**
     * Sets whether the sandbox's own parts tell what they do.
     *
     * @param verbose true if they shall
     * @return this builder
     */
    public B verbose(boolean verbose) {
      this.verbose = verbose;
      return self();
    }

    B kept(KeyFile kept) {
      this.kept = kept;
      return self();
    }

    /**
     * The config. The builder can be used further without changing it.
     *
     * @return an immutable config
     * @throws IllegalArgumentException if it is privileged and an identity other than root's is
     *     given
     */
    public abstract SandboxConfig build();
  }
}

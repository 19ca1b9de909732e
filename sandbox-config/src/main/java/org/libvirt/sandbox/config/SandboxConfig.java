package org.libvirt.sandbox.config;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElseGet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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
 *   <li>no shell, no debug and no verbose messages.
 * </ul>
 *
 * <p>A config is kept in the key file {@code sandbox.cfg} of libvirt-sandbox 0.8.0. Its groups that
 * this version does not know are kept from {@link #load} to {@link #save}; unknown keys in known
 * groups, and comments, are not.
 */
public abstract sealed class SandboxConfig permits InteractiveConfig {
  private final String name;
  private final @Nullable UUID uuid;
  private final Root root;
  private final String arch;
  private final @Nullable Identity givenIdentity;
  private final Identity identity;
  private final boolean privileged;
  private final Map<String, String> environment;
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
   * @throws java.nio.file.FileAlreadyExistsException if the file exists; it is left as it is
   * @throws IOException if the file cannot be written; then there is none
   */
  public void save(Path file) throws IOException {
    new ConfigWriter(this).keyFile().writeNew(file);
  }

  /**
   * What {@link #save} writes.
   *
   * @return the text of a {@code sandbox.cfg}
   */
  public String toText() {
    return new ConfigWriter(this).keyFile().text();
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
    return Optional.ofNullable(uuid);
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

  /**
   * The groups of the file that this config was loaded from which ask for something that this
   * version cannot give: mounts, disks, networks, security labels. They are kept for {@link #save},
   * but a sandbox started without them would not be the one that the file describes.
   *
   * @return an unmodifiable set of group names, such as {@code mount.0}; empty for a config that
   *     was not loaded
   */
  public Set<String> unsupportedGroups() {
    return ConfigReader.unsupported(kept);
  }

  KeyFile kept() {
    return kept;
  }

  /** The name of the class in libvirt-sandbox 0.8.0, which the file begins with. */
  abstract String fileClass();

  /**
   * A config in the making. Each method returns the builder; the last call of a kind counts. It is
   * not safe for use by several threads.
   *
   * @param <B> the builder itself
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits InteractiveConfig.Builder {
    private @Nullable String name;
    private @Nullable UUID uuid;
    private Root root = Root.host();
    private @Nullable String arch;
    private @Nullable Identity identity;
    private boolean privileged;
    private final Map<String, String> environment = new LinkedHashMap<>();
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
      this.uuid = requireNonNull(uuid, "uuid");
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

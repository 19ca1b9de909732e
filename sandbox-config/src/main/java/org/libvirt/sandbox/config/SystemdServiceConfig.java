package org.libvirt.sandbox.config;

/**
 * A service that is a systemd of its own, which starts the units of a target.
 *
 * <p>Beside the defaults of {@link SandboxConfig}, the target is {@code multi-user.target}.
 */
public final class SystemdServiceConfig extends ServiceConfig {
  static final String FILE_CLASS = "GVirSandboxConfigServiceSystemd";

  private final String bootTarget;

  private SystemdServiceConfig(Builder builder) {
    super(builder);
    bootTarget = builder.bootTarget;
  }

  /**
   * A config to be filled.
   *
   * @return a builder that holds the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Builder toBuilder() {
    return new Builder(this);
  }

  /**
   * The unit that systemd starts.
   *
   * @return a unit's name, such as {@code multi-user.target}
   */
  public String bootTarget() {
    return bootTarget;
  }

  @Override
  String fileClass() {
    return FILE_CLASS;
  }

  @Override
  String kindToString() {
    return "name=%s, bootTarget=%s".formatted(name(), bootTarget);
  }

  /** A systemd service config in the making. */
  public static final class Builder extends ServiceConfig.Builder<Builder> {
    private String bootTarget = "multi-user.target";

    private Builder() {}

    private Builder(SystemdServiceConfig config) {
      super(config);
      bootTarget = config.bootTarget;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the unit that systemd starts.
     *
     * @param bootTarget a unit's name, not empty, without {@code /}
     * @return this builder
     * @throws IllegalArgumentException if it is none, or holds a control character
     */
    public Builder bootTarget(String bootTarget) {
      Text.ofOneLine("boot target", bootTarget);
      if (bootTarget.isEmpty() || bootTarget.indexOf('/') >= 0) {
        throw new IllegalArgumentException(
            "boot target '%s' is no unit; write one, such as 'multi-user.target'"
                .formatted(bootTarget));
      }
      this.bootTarget = bootTarget;
      return this;
    }

    @Override
    public SystemdServiceConfig build() {
      return new SystemdServiceConfig(this);
    }
  }
}

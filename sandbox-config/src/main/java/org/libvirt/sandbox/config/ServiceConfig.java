package org.libvirt.sandbox.config;

/** A sandbox that outlives the process that starts it. */
public abstract sealed class ServiceConfig extends SandboxConfig
    permits GenericServiceConfig, SystemdServiceConfig {
  ServiceConfig(Builder<?> builder) {
    super(builder);
  }

  @Override
  public abstract Builder<?> toBuilder();

  /**
   * A service config in the making.
   *
   * @param <B> the builder itself
   */
  public abstract static sealed class Builder<B extends Builder<B>> extends SandboxConfig.Builder<B>
      permits GenericServiceConfig.Builder, SystemdServiceConfig.Builder {
    Builder() {}

    Builder(ServiceConfig config) {
      super(config);
    }

    @Override
    public abstract ServiceConfig build();
  }
}

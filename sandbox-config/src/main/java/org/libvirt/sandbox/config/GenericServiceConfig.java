package org.libvirt.sandbox.config;

import java.util.List;

/**
 * A service that is one program.
 *
 * <p>Beside the defaults of {@link SandboxConfig}, the command is {@code /bin/sh}.
 */
public final class GenericServiceConfig extends ServiceConfig {
  static final String FILE_CLASS = "GVirSandboxConfigServiceGeneric";

  private final List<String> command;

  private GenericServiceConfig(Builder builder) {
    super(builder);
    command = builder.command;
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
   * The program and its arguments.
   *
   * @return an unmodifiable list: the program, which is looked up on the sandbox's PATH if it holds
   *     no {@code /}, then its arguments
   */
  public List<String> command() {
    return command;
  }

  @Override
  String fileClass() {
    return FILE_CLASS;
  }

  @Override
  String kindToString() {
    return "name=%s, command=%s".formatted(name(), command);
  }

  /** A generic service config in the making. */
  public static final class Builder extends ServiceConfig.Builder<Builder> {
    private List<String> command = Command.SHELL;

    private Builder() {}

    private Builder(GenericServiceConfig config) {
      super(config);
      command = config.command;
    }

    @Override
    Builder self() {
      return this;
    }

    /**
     * Sets the program and its arguments.
     *
     * @param command as for {@link #command(List)}
     * @return this builder
     * @throws IllegalArgumentException as for {@link #command(List)}
     */
    public Builder command(String... command) {
      return command(List.of(command));
    }

    /**
     * Sets the program and its arguments.
     *
     * @param command the program, not empty, then its arguments, possibly empty; all without NUL
     * @return this builder
     * @throws IllegalArgumentException if there is no program, it is empty, or a text holds NUL or
     *     is not valid Unicode
     */
    public Builder command(List<String> command) {
      this.command = Command.check(command);
      return this;
    }

    @Override
    public GenericServiceConfig build() {
      return new GenericServiceConfig(this);
    }
  }
}

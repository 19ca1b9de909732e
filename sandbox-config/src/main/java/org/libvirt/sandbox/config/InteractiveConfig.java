package org.libvirt.sandbox.config;

import java.util.List;

/**
 * A sandbox that runs one program for a caller who holds its streams.
 *
 * <p>Beside the defaults of {@link SandboxConfig}, the command is {@code /bin/sh} and there is no
 * terminal. An example:
 *
 * <pre>{@code
 * InteractiveConfig config =
 *     InteractiveConfig.builder()
 *         .name("date")
 *         .command("/bin/date", "+%s")
 *         .environment("TZ", "UTC")
 *         .build();
 * }</pre>
 */
public final class InteractiveConfig extends SandboxConfig {
  static final String FILE_CLASS = "GVirSandboxConfigInteractive";

  private final List<String> command;
  private final boolean tty;

  private InteractiveConfig(Builder builder) {
    super(builder);
    command = builder.command;
    tty = builder.tty;
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

  /**
   * Whether the program's streams are one terminal, and not three pipes.
   *
   * @return true if they are
   */
  public boolean isTty() {
    return tty;
  }

  @Override
  String fileClass() {
    return FILE_CLASS;
  }

  @Override
  String kindToString() {
    return "name=%s, command=%s, tty=%s".formatted(name(), command, tty);
  }

  /** An interactive config in the making. */
  public static final class Builder extends SandboxConfig.Builder<Builder> {
    private List<String> command = Command.SHELL;
    private boolean tty;

    private Builder() {}

    private Builder(InteractiveConfig config) {
      super(config);
      command = config.command;
      tty = config.tty;
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

    /**
     * Sets whether the program's streams are one terminal.
     *
     * @param tty true for a terminal, false for three pipes
     * @return this builder
     */
    public Builder tty(boolean tty) {
      this.tty = tty;
      return this;
    }

    @Override
    public InteractiveConfig build() {
      return new InteractiveConfig(this);
    }
  }
}

package org.libvirt.sandbox.context;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.libvirt.sandbox.ChannelKind;
import org.libvirt.sandbox.TerminalSize;

/**
 * How a sandbox is started, apart from what it is. Immutable. Unless set otherwise
 *
 * <ul>
 *   <li>a start may take {@link InteractiveContext#startLimit};
 *   <li>a terminal, if the config asks for one, has the size {@link TerminalSize#STANDARD};
 *   <li>the program's streams take a {@link ChannelKind#UNIX_SOCKET}.
 * </ul>
 *
 * <pre>{@code
 * StartOptions.builder().terminalSize(new TerminalSize(50, 132)).build()
 * }</pre>
 */
public final class StartOptions {
  /** All as described above. */
  public static final StartOptions DEFAULT = builder().build();

  private final @Nullable Duration limit;
  private final TerminalSize terminalSize;
  private final ChannelKind channel;

  private StartOptions(Builder builder) {
    limit = builder.limit;
    terminalSize = builder.terminalSize;
    channel = builder.channel;
  }

  /**
   * Options to be set.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * These options, to be set otherwise.
   *
   * @return a builder with all that is set here
   */
  public Builder toBuilder() {
    Builder builder = new Builder().terminalSize(terminalSize).channel(channel);
    return limit == null ? builder : builder.limit(limit);
  }

  /**
   * How long the start may take altogether.
   *
   * @return a duration as it was set; {@link InteractiveContext#START_LIMIT}, which only machines
   *     exceed, where it was not
   */
  public Duration limit() {
    return limitOr(() -> InteractiveContext.START_LIMIT);
  }

  /** The limit that was set, or else another. */
  Duration limitOr(Supplier<Duration> usual) {
    return limit == null ? usual.get() : limit;
  }

  /**
   * The terminal's first size, which means nothing where the config asks for no terminal.
   *
   * @return the size
   */
  public TerminalSize terminalSize() {
    return terminalSize;
  }

  /**
   * The way that the program's streams take.
   *
   * @return the kind of the channel
   */
  public ChannelKind channel() {
    return channel;
  }

  @Override
  public String toString() {
    return "start within %s, terminal of %d rows and %d columns, channel %s"
        .formatted(limit(), terminalSize.rows(), terminalSize.columns(), channel);
  }

  /** Sets options one by one. */
  public static final class Builder {
    private @Nullable Duration limit;
    private TerminalSize terminalSize = TerminalSize.STANDARD;
    private ChannelKind channel = ChannelKind.UNIX_SOCKET;

    private Builder() {}

    /**
     * Sets how long the start may take altogether.
     *
     * @param limit a duration; one that is not positive has passed before the start
     * @return this
     */
    public Builder limit(Duration limit) {
      this.limit = requireNonNull(limit, "limit");
      return this;
    }

    /**
     * Sets the terminal's first size, if the config asks for a terminal; {@link
     * org.libvirt.sandbox.console.RpcConsole#resize(TerminalSize)} changes it later.
     *
     * @param size the size
     * @return this
     */
    public Builder terminalSize(TerminalSize size) {
      terminalSize = requireNonNull(size, "size");
      return this;
    }

    /**
     * Sets the way that the program's streams take.
     *
     * @param kind the kind of the channel
     * @return this
     */
    public Builder channel(ChannelKind kind) {
      channel = requireNonNull(kind, "kind");
      return this;
    }

    /**
     * The options as they are set now.
     *
     * @return immutable options
     */
    public StartOptions build() {
      return new StartOptions(this);
    }
  }
}

package org.libvirt.sandbox.console;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.libvirt.sandbox.ConsoleStream;
import org.libvirt.sandbox.HostLacksException;
import org.libvirt.sandbox.ProgramNotStartedException;
import org.libvirt.sandbox.SandboxException;
import org.libvirt.sandbox.SandboxLostException;
import org.libvirt.sandbox.config.Resources;

/**
 * The line to a sandbox's supervisor, which carries all its programs; for contexts and builders.
 *
 * <p>All methods may be called by any thread. Those that wait take a limit; a thread that is
 * interrupted while it waits gets a {@link SandboxException} and keeps its interrupt status. Two
 * daemon threads serve a channel until it ends.
 *
 * <pre>{@code
 * try (SandboxChannel channel = SandboxChannel.listen(socket)) {
 *   // start the domain, whose supervisor connects to the socket
 *   channel.awaitSupervisor(Duration.ofSeconds(30));
 *   RpcConsole console = channel.start(launchRecord, Duration.ofSeconds(30));
 *   console.stdout().transferTo(System.out);
 *   ExitStatus status = console.exited().join();
 * }
 * }</pre>
 */
public final class SandboxChannel implements AutoCloseable {
  private final Session session;

  private SandboxChannel(Session session) {
    this.session = session;
  }

  /**
   * Binds a Unix-domain socket, at which a supervisor of this process's user or root may connect,
   * once: then the name is unlinked.
   *
   * @param socket a path that does not exist, in a directory that does; at most 107 bytes
   * @return a channel whose supervisor has still to come
   * @throws IllegalArgumentException if the path is too long
   * @throws HostLacksException if the host does not allow it
   */
  public static SandboxChannel listen(Path socket) {
    return new SandboxChannel(Session.listen(socket));
  }

  /**
   * A channel through one of the domain's consoles, by a libvirt connection of its own. It is
   * opened by {@link #awaitSupervisor}: then the domain must run.
   *
   * <p>Its supervisor does not see that the channel has ended, unless it was told before: who makes
   * the channel destroys the domain if the channel is {@linkplain #ended() lost}.
   *
   * @param connectionUri a libvirt connection URI
   * @param domain the domain's UUID
   * @param alias the console's alias in the domain's XML, such as {@code console1}
   * @return a channel whose supervisor has still to be met
   */
  public static SandboxChannel onConsole(String connectionUri, UUID domain, String alias) {
    requireNonNull(connectionUri, "connectionUri");
    requireNonNull(alias, "alias");
    return at(() -> ConsoleStream.open(connectionUri, domain, alias), domain + "-" + alias);
  }

  /**
   * A channel to a machine's port, at whose Unix-domain socket a hypervisor listens. It is opened
   * by {@link #awaitSupervisor}: then the domain must run.
   *
   * @param socket the socket's path
   * @param cause asked why the guest is gone once it is, for the message that tells of it
   * @return a channel whose supervisor has still to be met
   */
  public static SandboxChannel onPort(Path socket, Supplier<Optional<String>> cause) {
    return new SandboxChannel(Session.at(new PortSource(socket), socket.toString(), cause));
  }

  /** A channel through a terminal. */
  static SandboxChannel at(TtySource.Opening tty, String name) {
    return new SandboxChannel(Session.at(new TtySource(tty, "sandbox-" + name), name));
  }

  /**
   * Waits until the supervisor has connected and both sides have greeted each other.
   *
   * @param limit how long; after it the channel is at its end
   * @throws org.libvirt.sandbox.LibvirtRefusedException if the channel is a console, which libvirt
   *     does not open
   * @throws SandboxLostException if the supervisor does not come in time, breaks the protocol, or
   *     the channel ends
   * @throws SandboxException what {@link #fail} was given
   */
  public void awaitSupervisor(Duration limit) {
    session.awaitSupervisor(limit);
  }

  /**
   * Starts the next program and returns once its image has been executed. The first program of a
   * sandbox has the number 0.
   *
   * @param launchRecord what {@code docs/protocol.md} calls so, at most 4 MiB
   * @param limit how long to wait; a program that starts later is killed
   * @return its streams and end
   * @throws ProgramNotStartedException if the supervisor could not start it
   * @throws SandboxException if the limit passes or the thread is interrupted
   * @throws SandboxLostException if the channel ends
   * @throws IllegalArgumentException if the record is too large
   * @throws IllegalStateException if the supervisor has not come yet
   */
  public RpcConsole start(byte[] launchRecord, Duration limit) {
    return session.start(requireNonNull(launchRecord, "launchRecord"), ProgramLimits.none(), limit);
  }

  /**
   * Starts the next program, as {@link #start(byte[], Duration)}, within limits of its own.
   *
   * @param launchRecord what {@code docs/protocol.md} calls so, at most 4 MiB
   * @param resources of which the limits of output, time and processor time are kept here, and ends
   *     of the program by the others are told apart; what the guest is to keep stands in its record
   * @param processorTime tells how much the sandbox has used so far, or fails with an {@link
   *     IllegalStateException} or {@link SandboxException}; it is asked in threads of its own
   * @param limit how long to wait; a program that starts later is killed
   * @return its streams and end
   * @throws ProgramNotStartedException if the supervisor could not start it
   * @throws SandboxException if the limit passes or the thread is interrupted
   * @throws SandboxLostException if the channel ends
   * @throws IllegalArgumentException if the record is too large
   * @throws IllegalStateException if the supervisor has not come yet
   */
  public RpcConsole start(
      byte[] launchRecord, Resources resources, Supplier<Duration> processorTime, Duration limit) {
    RpcConsole console =
        session.start(
            requireNonNull(launchRecord, "launchRecord"), ProgramLimits.of(resources), limit);
    ProgramWatch.begin(console, processorTime, resources);
    return console;
  }

  /**
   * Has a program start whenever somebody comes to one of the sandbox's consoles. It is not one of
   * this channel's programs: {@link RawConsole} is where to meet it. At most four consoles of a
   * sandbox can have one.
   *
   * @param launchRecord what {@code docs/protocol.md} calls so, with a CONSOLE and a TERMINAL
   * @param limit how long to wait
   * @throws ProgramNotStartedException if the supervisor refuses; it has the error number ESRCH
   *     where the first program has ended already, and the sandbox with it
   * @throws SandboxException if the limit passes or the thread is interrupted
   * @throws SandboxLostException if the channel ends
   * @throws IllegalArgumentException if the record is too large
   * @throws IllegalStateException if the supervisor has not come yet
   */
  public void openConsole(byte[] launchRecord, Duration limit) {
    session.openConsole(requireNonNull(launchRecord, "launchRecord"), limit);
  }

  /**
   * Takes the streams of a program that was detached, here or by a host that went away.
   *
   * @param serial the program's number
   * @param limit how long to wait; a program that answers later is detached again
   * @return its streams from where they were left, and its end
   * @throws ProgramNotStartedException if the supervisor has no such program
   * @throws SandboxException if the limit passes or the thread is interrupted
   * @throws SandboxLostException if the channel ends
   * @throws IllegalStateException if the program is attached, or the supervisor has not come yet
   */
  public RpcConsole attach(int serial, Duration limit) {
    return session.attach(serial, limit);
  }

  /**
   * Asks the supervisor for a sign of life.
   *
   * @param limit how long to wait
   * @return how long the answer took
   * @throws SandboxException if the limit passes or the thread is interrupted
   * @throws SandboxLostException if the channel ends
   * @throws IllegalStateException if the supervisor has not come yet
   */
  public Duration ping(Duration limit) {
    return session.ping(limit);
  }

  /**
   * How the channel ends: with a cause where it was lost, empty where this side asked for it by
   * {@link #shutdown} or {@link #close}. The future never fails.
   *
   * @return a future of the caller's own, which it may complete or cancel; what depends on it runs
   *     in a thread of its own
   */
  public CompletableFuture<Optional<SandboxException>> ended() {
    return Notices.copyOf(session.ended());
  }

  /**
   * Ends the channel from outside, for example because libvirt says that the domain has stopped.
   * Who waits for the supervisor is woken at once. What the supervisor had sent is still taken, for
   * a second at most; then all who wait in starts and streams are woken, and programs whose end is
   * not known are lost by this cause.
   *
   * @param cause what happened; has no effect on a channel that has ended or failed before
   */
  public void fail(SandboxException cause) {
    session.fail(requireNonNull(cause, "cause"));
  }

  /** How many programs may still be heard of. */
  int programs() {
    return session.programs();
  }

  /**
   * Asks the supervisor to end every program and the sandbox, and does not wait for it. The end of
   * the channel is orderly after this; a program whose end is not told before it is {@link
   * org.libvirt.sandbox.ExitStatus.Lost Lost}: the sandbox was shut down.
   */
  public void shutdown() {
    session.shutdown();
  }

  /**
   * Ends the channel and wakes all who wait in it or its consoles; does not wait itself. A sandbox
   * whose lifetime is its owner's ends by this.
   */
  @Override
  public void close() {
    session.close();
  }
}
